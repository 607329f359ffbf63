import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { UrlList } from '../server/answers.ts'
import { errorToSay, useAnswer } from '../use-answer.ts'
import { useLive } from '../use-live.ts'
import { MAX_BARS } from './poll-bars.tsx'
import { Row, SkeletonRow } from './row.tsx'

/** URLs on one page of the list. */
export const PAGE_ROWS = 50

/** A row that was not measured yet is taken to be so high, in CSS pixels. */
const ROW_HEIGHT = 45

/** What the list knows of a page that it may not show now. */
export interface PageFacts {
  /** For the server; null for the first one. */
  readonly cursor: string | null
  /** As it was when it was last shown, in CSS pixels; null: it was not. */
  height: number | null
}

/** The height of a page, in CSS pixels; that of a full one if it was not shown yet. */
export function pageHeight({ height }: PageFacts): number {
  return height ?? PAGE_ROWS * ROW_HEIGHT
}

/** The rows of one page, which asks for them while it is shown. `onAnswer` gets what the server says, each time. */
export function ListPage(props: {
  readonly query: string
  readonly facts: PageFacts
  readonly onAnswer: (answer: UrlList) => void
}) {
  const { query, facts, onAnswer } = props
  const { version } = useLive()
  const cursor = facts.cursor === null ? '' : `&cursor=${encodeURIComponent(facts.cursor)}`
  const asked = useAnswer<UrlList>(
    'api/v1/urls',
    `${query}&limit=${PAGE_ROWS}&polls=${MAX_BARS}${cursor}`,
    version,
  )
  const { answer } = asked
  const error = errorToSay(asked)
  const element = useRef<HTMLUListElement>(null)
  useEffect(() => {
    if (answer !== null) onAnswer(answer)
  }, [answer])
  useLayoutEffect(() => {
    if (answer !== null && element.current !== null) facts.height = element.current.offsetHeight
  })
  const why = error === null ? null : <p class="note">The list cannot be read: {error.message}</p>
  if (answer === null && why !== null) return why
  const rows = (
    <ul class="rows" ref={element} style={{ minHeight: answer === null ? waitingHeight(facts) : '' }}>
      {answer === null
        ? Array.from({ length: 8 }, (_, n) => <SkeletonRow key={n} />)
        : answer.urls.map((row) => <Row key={row.id} row={row} />)}
    </ul>
  )
  return (
    <>
      {why}
      {rows}
    </>
  )
}

/** As high as the list takes it to be: a lower one would end above what is seen, and be left out again before its rows are there. */
function waitingHeight(facts: PageFacts): string {
  return facts.cursor === null ? '' : `${pageHeight(facts)}px`
}
