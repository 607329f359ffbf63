import { useEffect, useRef } from 'preact/hooks'
import { navigate, pageAddress } from '../route.ts'
import type { Verdict } from '../server/answers.ts'
import { formatCount } from '../text/numbers.ts'
import { useLive } from '../use-live.ts'
import { formatFilters, isEmpty, parseFilters, SORTS } from './filters.ts'
import type { Filters, Sort } from './filters.ts'

/** After the last key of a search the server is asked, in ms. */
const TYPING_MS = 200

const VERDICT_TABS: readonly Verdict[] = ['down', 'unknown', 'up']

/** The head of the list: how many URLs it has, filters by verdict and label, the order, the search. */
export function FilterBar({
  query,
  matches,
}: {
  readonly query: URLSearchParams
  readonly matches: number | null
}) {
  const { model } = useLive()
  const filters = parseFilters(query)
  const show = (changed: Partial<Filters>) =>
    navigate(
      pageAddress('', formatFilters({ ...parseFilters(new URLSearchParams(location.search)), ...changed })),
      true,
    )
  const counts = model?.counts
  return (
    <div class="bar">
      <h2 id="all">{isEmpty(filters) ? 'All URLs' : 'URLs'}</h2>
      <span class="count" aria-live="polite">
        {matches === null ? '' : formatCount(matches)}
      </span>
      <div class="tabs" role="group" aria-label="filters">
        <Tab isOn={isEmpty(filters)} onClick={() => show({ text: '', verdicts: [], labels: [] })}>
          all
        </Tab>
        {VERDICT_TABS.map((verdict) => {
          const isOn = filters.verdicts.includes(verdict)
          const count = counts?.[verdict] ?? 0
          if (!isOn && (count === 0 || verdict === 'up')) return null
          return (
            <Tab
              key={verdict}
              isOn={isOn}
              onClick={() =>
                show({
                  verdicts: isOn
                    ? filters.verdicts.filter((one) => one !== verdict)
                    : [...filters.verdicts, verdict],
                })
              }
            >
              {verdict} {formatCount(count)}
            </Tab>
          )
        })}
        {filters.labels.map(([name, value]) => (
          <Tab
            key={name}
            isOn
            onClick={() => show({ labels: filters.labels.filter(([other]) => other !== name) })}
          >
            <bdi>
              {name}: {value}
            </bdi>{' '}
            ×
          </Tab>
        ))}
      </div>
      <label class="sort">
        <span class="unseen">order</span>
        <select
          value={filters.sort}
          onChange={({ currentTarget }) => show({ sort: currentTarget.value as Sort })}
        >
          {Object.entries(SORTS).map(([sort, name]) => (
            <option key={sort} value={sort}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Search text={filters.text} onSearch={(text) => show({ text })} />
    </div>
  )
}

function Tab(props: {
  readonly isOn: boolean
  readonly onClick: () => void
  readonly children: preact.ComponentChildren
}) {
  const { isOn, onClick, children } = props
  return (
    <button class="tab" type="button" aria-pressed={isOn} onClick={onClick}>
      {children}
    </button>
  )
}

/** The search. `/` goes to it from anywhere, Escape empties it, the arrow down leads into the list. */
function Search({ text, onSearch }: { readonly text: string; readonly onSearch: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<number | undefined>(undefined)
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select, textarea')
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    addEventListener('keydown', focus)
    return () => removeEventListener('keydown', focus)
  }, [])
  useEffect(() => {
    // The address may have changed by other means.
    if (input.current !== null && document.activeElement !== input.current) input.current.value = text
  }, [text])
  const search = (value: string, waitMs: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => onSearch(value), waitMs)
  }
  return (
    <input
      ref={input}
      class="search"
      type="search"
      placeholder="Search  /"
      aria-label="search"
      autocomplete="off"
      spellcheck={false}
      defaultValue={text}
      onInput={({ currentTarget }) => search(currentTarget.value, TYPING_MS)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.currentTarget.value = ''
          search('', 0)
        } else if (event.key === 'Enter') search(event.currentTarget.value, 0)
        else if (event.key === 'ArrowDown') {
          event.preventDefault()
          event.currentTarget.closest('section')?.querySelector<HTMLElement>('a.row')?.focus()
        }
      }}
    />
  )
}
