import { Fragment } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { UrlList as UrlListAnswer } from '../server/answers.ts'
import { formatCount } from '../text/numbers.ts'
import { FilterBar } from './filter-bar.tsx'
import { isEmpty, parseFilters, searchQuery } from './filters.ts'
import { ListPage, PAGE_ROWS, pageHeight } from './list-page.tsx'
import type { PageFacts } from './list-page.tsx'
import { moveFocus } from './move-focus.ts'
import { keepPlace, keptPlace } from './place.ts'
import type { Place } from './place.ts'
import { RowHead } from './row.tsx'

/** Pages above and below what is seen are shown too when they are this near, in CSS pixels. */
const MARGIN = 800

/** Somebody who does this goes elsewhere: the list does not go back to where it was. */
const USER_EVENTS = ['wheel', 'keydown', 'pointerdown', 'touchstart']

/** For the server: the last page, whatever is before it. */
const LAST_PAGE = 'last'

/**
 * All URLs, or those that the filters of the address leave. The server searches, sorts and pages; of the pages only those near
 * the part that is seen are in the document, the others are as high as they were.
 */
export function UrlList({ query }: { readonly query: URLSearchParams }) {
  const filters = parseFilters(query)
  const text = searchQuery(filters)
  const [counted, setCounted] = useState<{ readonly text: string; readonly matches: number } | null>(null)
  const matches = counted === null || counted.text !== text ? null : counted.matches
  return (
    <section class="all" aria-labelledby="all">
      <FilterBar query={query} matches={matches} />
      <Pages
        key={text}
        text={text}
        matches={matches}
        isFiltered={!isEmpty(filters)}
        onMatches={(count) => setCounted({ text, matches: count })}
      />
    </section>
  )
}

function Pages(props: {
  /** The filters, as a query. */
  readonly text: string
  readonly matches: number | null
  readonly isFiltered: boolean
  readonly onMatches: (matches: number) => void
}) {
  const { text, matches, isFiltered, onMatches } = props
  // Back from a URL, the list is where it was, as soon as the row is there.
  const [place] = useState(() => keptPlace(text))
  const isReturning = useRef(place !== null)
  /** Which row of all is to have the focus as soon as it is there. */
  const wanted = useRef<'Home' | 'End' | null>(null)
  const pages = useRef<PageFacts[]>([...(place?.pages ?? [{ cursor: null, height: null }])])
  const [shown, setShown] = useState({ first: place?.page ?? 0, last: place?.page ?? 0 })
  const [, setDrawn] = useState({})
  const list = useRef<HTMLDivElement>(null)
  const take = (page: number, { matches: count, cursor, urls }: UrlListAnswer) => {
    onMatches(count)
    const next = pages.current[page + 1]
    if (cursor === null) pages.current.length = Math.max(1, page + (urls.length === 0 && page > 0 ? 0 : 1))
    // The last page stays the last one until all before it are there.
    else if (next?.cursor === LAST_PAGE && (page + 2) * PAGE_ROWS < count)
      pages.current = [...pages.current.slice(0, page + 1), { cursor, height: null }, next]
    // The pages after one that begins elsewhere begin elsewhere too.
    else if (next?.cursor !== cursor)
      pages.current = [...pages.current.slice(0, page + 1), { cursor, height: next?.height ?? null }]
    setDrawn({})
  }
  useEffect(() => {
    const end = (event?: Event) => {
      isReturning.current = false
      // A key has said already what it wants.
      if (event !== undefined && event.type !== 'keydown') wanted.current = null
    }
    const update = () => {
      if (isReturning.current || wanted.current !== null) return
      const top = list.current?.getBoundingClientRect().top ?? 0
      setShown((last) => {
        const now = visiblePages(pages.current, -top - MARGIN, innerHeight - top + MARGIN)
        return now.first === last.first && now.last === last.last ? last : now
      })
    }
    if (place !== null && isReturning.current && list.current !== null && returnTo(list.current, place)) end()
    if (focusWanted(list.current, wanted.current)) wanted.current = null
    update()
    for (const type of USER_EVENTS) addEventListener(type, end, { passive: true })
    addEventListener('scroll', update, { passive: true })
    addEventListener('resize', update)
    return () => {
      for (const type of USER_EVENTS) removeEventListener(type, end)
      removeEventListener('scroll', update)
      removeEventListener('resize', update)
    }
  })
  const keep = (event: MouseEvent) => {
    const row = event.target instanceof Element ? event.target.closest('a.row') : null
    const href = row?.getAttribute('href') ?? null
    if (row === null || href === null) return
    const before = [...(list.current?.querySelectorAll('ul.rows') ?? [])].findIndex((one) =>
      one.contains(row),
    )
    const { top } = row.getBoundingClientRect()
    keepPlace({ text, pages: pages.current, page: shown.first + Math.max(0, before), href, top })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    wanted.current = null
    const { key, target } = event
    if ((key !== 'Home' && key !== 'End') || !isRow(target) || matches === null) return moveFocus(event)
    event.preventDefault()
    wanted.current = key
    if (key === 'End' && pages.current.length * PAGE_ROWS < matches && !endsList(pages.current))
      pages.current = [...pages.current, { cursor: LAST_PAGE, height: null }]
    const page = key === 'Home' ? 0 : pages.current.length - 1
    setShown({ first: page, last: page })
  }
  const heightOf = (from: number, to: number) =>
    pages.current.slice(from, to).reduce((sum, page) => sum + pageHeight(page), 0)
  const { first, last } = shown
  const rest = (matches ?? 0) - pages.current.length * PAGE_ROWS
  const isEnded = endsList(pages.current)
  return (
    <div class="list" ref={list} onKeyDown={onKeyDown} onClick={keep}>
      <RowHead />
      <div>
        <div class="space" style={{ height: `${heightOf(0, first)}px` }} />
        {pages.current.slice(first, last + 1).map((facts, n) => (
          <Fragment key={facts.cursor}>
            {facts.cursor === LAST_PAGE && rest > 0 && (
              <p class="note">{formatCount(rest)} more in between</p>
            )}
            <ListPage query={text} facts={facts} onAnswer={(answer) => take(first + n, answer)} />
          </Fragment>
        ))}
        <div class="space" style={{ height: `${heightOf(last + 1, pages.current.length)}px` }} />
      </div>
      {matches === 0 && <p class="note">{isFiltered ? 'No URL is like that.' : 'The lists have no URLs.'}</p>}
      {rest > 0 && !isEnded && <p class="note">{formatCount(rest)} more</p>}
    </div>
  )
}

/** Whether the last page is among the pages. */
const endsList = (pages: readonly PageFacts[]): boolean => pages.at(-1)?.cursor === LAST_PAGE

/** Focuses the first or the last row that is shown. Returns whether it was there. */
function focusWanted(list: HTMLElement | null, which: 'Home' | 'End' | null): boolean {
  if (list === null || which === null || list.querySelector('.skeleton') !== null) return false
  const row = [...list.querySelectorAll<HTMLElement>('a.row')].at(which === 'Home' ? 0 : -1)
  if (row?.checkVisibility() !== true) return false
  row.focus()
  return true
}

const isRow = (target: EventTarget | null): boolean => target instanceof Element && target.matches('a.row')

/** Scrolls to the row of a place and focuses it. Returns false if it is not there, or not visible yet. */
function returnTo(list: HTMLElement, { href, top }: Place): boolean {
  const row = [...list.querySelectorAll<HTMLElement>('a.row')].find(
    (one) => one.getAttribute('href') === href,
  )
  if (row?.checkVisibility() !== true) return false
  scrollBy(0, row.getBoundingClientRect().top - top)
  row.focus({ preventScroll: true })
  return true
}

/** The pages between two heights, given from the top of the list. */
function visiblePages(
  pages: readonly PageFacts[],
  from: number,
  to: number,
): { first: number; last: number } {
  let top = 0
  let first = -1
  let last = 0
  for (const [n, page] of pages.entries()) {
    const end = top + pageHeight(page)
    if (end > from && first === -1) first = n
    if (top < to) last = n
    top = end
  }
  return { first: first === -1 ? pages.length - 1 : first, last: Math.max(last, first) }
}
