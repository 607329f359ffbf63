import { useEffect, useState } from 'preact/hooks'
import type { ComponentType } from 'preact'
import type { History, PastPoll } from '../server/answers.ts'
import { serverNow } from '../server/server-clock.ts'
import { formatMs } from '../text/numbers.ts'
import { errorToSay, useAnswer } from '../use-answer.ts'
import type { Asked } from '../use-answer.ts'
import { LastPolls } from './last-polls.tsx'
import type { ChartProps } from './chart.tsx'
import { RANGES } from './periods.ts'
import type { RangeName } from './periods.ts'
import { uptimeText } from './uptime-words.ts'

/** The end of what is shown moves on so often, in ms: buckets are five minutes long. */
const REFRESH_MS = 60_000

/** Fewer buckets than this make no line: the last polls say more. */
const MIN_BUCKETS = 3

/** How fast the URL was: the last polls one by one, or sums over a time. */
export function ChartCard({
  url,
  latest,
}: {
  readonly url: string
  readonly latest: readonly PastPoll[] | null
}) {
  const [chosen, setChosen] = useState<RangeName | null>(null)
  const [, setMinute] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setMinute((n) => n + 1), REFRESH_MS)
    return () => clearInterval(timer)
  }, [])
  const { ms } = RANGES[chosen === null || chosen === 'polls' ? '24h' : chosen]
  const to = Math.ceil(serverNow() / REFRESH_MS) * REFRESH_MS
  const query = new URLSearchParams({
    u: url,
    from: String((to - ms) / 1_000),
    to: String(to / 1_000),
  }).toString()
  const asked = useHistory(latest === null || chosen === 'polls' ? null : query, ms)
  const { answer } = asked
  const error = errorToSay(asked)
  const known = answer?.buckets.filter(({ polls }) => polls > 0).length ?? 0
  const range = chosen ?? (answer !== null && known < MIN_BUCKETS ? 'polls' : '24h')
  return (
    <section class="card" aria-labelledby="times">
      <h2 id="times">
        Response time{' '}
        <small>
          {range === 'polls'
            ? `${latest?.length ?? 0} polls, the latest at the right`
            : 'median; fastest to 95th percentile'}
        </small>
        <span class="tabs" role="group" aria-label="time">
          {Object.entries(RANGES).map(([name, { name: text }]) => (
            <button
              key={name}
              class="tab"
              type="button"
              aria-pressed={name === range}
              onClick={() => setChosen(name as RangeName)}
            >
              {text}
            </button>
          ))}
        </span>
      </h2>
      {latest === null && (
        <p class="soft">The history cannot be read now. The standard error of headcount says why.</p>
      )}
      {range === 'polls' && latest !== null && latest.length > 0 && <LastPolls polls={latest} />}
      {range !== 'polls' && latest !== null && answer === null && error === null && (
        <div class="chart skeleton" />
      )}
      {range !== 'polls' && error !== null && (
        <p class="soft">
          {error.status === 503 ? 'The history cannot be read now: ' : ''}
          {error.message}
        </p>
      )}
      {range !== 'polls' && answer !== null && <Times history={answer} />}
      {range !== 'polls' && answer !== null && <p class="soft">{uptimeText(answer)}</p>}
    </section>
  )
}

/** Keeps the last answer about a time so long, in ms, while the next one, to a minute later, is on its way. */
function useHistory(query: string | null, ms: number): Asked<History> {
  const asked = useAnswer<History>(query === null ? null : 'api/v1/history', query ?? '', 0)
  const [last, setLast] = useState({ ms, answer: asked.answer })
  useEffect(() => {
    if (asked.answer !== null) setLast({ ms, answer: asked.answer })
  }, [asked.answer])
  return { ...asked, answer: asked.answer ?? (last.ms === ms ? last.answer : null) }
}

/** The chart, or why there is none: times are those of polls that were up. */
function Times({ history }: Pick<ChartProps, 'history'>) {
  const medians = history.buckets.flatMap(({ p50Ms }) => (p50Ms === null ? [] : [p50Ms]))
  const middle = medians.toSorted((a, b) => a - b)[Math.floor(medians.length / 2)]
  if (middle === undefined)
    return <p class="soft">No poll was up in this time, so there is nothing to draw.</p>
  return <Loaded history={history} label={`response time: around ${formatMs(middle)}`} />
}

/** The chart, whose code is loaded when it is needed. */
function Loaded(props: ChartProps) {
  const [chart, setChart] = useState<{ readonly Chart: ComponentType<ChartProps> } | null>(null)
  useEffect(() => {
    import('./chart.tsx')
      .then(({ Chart }) => setChart({ Chart }))
      // Without a connection, which is said elsewhere.
      .catch(() => setChart(null))
  }, [])
  if (chart === null) return <div class="chart skeleton" />
  return <chart.Chart {...props} />
}
