import { formatPercent } from '../../print/text/percent.ts'
import { MOSTLY_WATCHED } from '../../resource/mostly-watched.ts'
import type { HistoryBucket, UptimeAnswer } from '../../history/record/history-question.ts'
import { lengthText } from '../public/wording.ts'
import { parseLimit, parseUrlRequest, URL_PARAMETERS } from './api-parameters.ts'
import type { Parameter } from './api-parameters.ts'
import type { Badge, BadgeColor } from './badge-svg.ts'
import { unknownUrl } from './history-endpoints.ts'
import { maintainedUrls } from './maintained.ts'
import type { RecorderClient } from './recorder-client.ts'
import type { UrlFinder } from './url-finder.ts'

const DAY_MS = 86_400_000

/** The longest time of a badge, in days. */
const MAX_DAYS = 366

/** Uptimes from which on a badge is good, and fair. */
const GOOD_UPTIME = 0.999
const FAIR_UPTIME = 0.99

/** A badge: its path is /badge/NAME.svg. */
export interface BadgeKind {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** Rejects with an ApiError, a MonitorError or a RecorderError. */
  read(query: URLSearchParams): Promise<Badge>
}

const LABEL: Parameter = {
  name: 'label',
  meaning: 'the text on the left',
  schema: { type: 'string' },
  example: 'shop',
}

function days(standard: number): Parameter {
  return {
    name: 'days',
    meaning: 'over so many days until now',
    schema: { type: 'integer', minimum: 1, maximum: MAX_DAYS, default: standard },
    example: '7',
  }
}

/** All badges. `now`: in ms since the epoch. */
export function badgeKinds(
  finder: Pick<UrlFinder, 'one'>,
  recorder: Pick<RecorderClient, 'ask'>,
  now: () => number,
): readonly BadgeKind[] {
  const over = async (query: URLSearchParams, standard: number) => {
    const length = parseLimit(query.get('days'), standard, MAX_DAYS, 'days')
    const to = now()
    const range = { from: to - length * DAY_MS, to, stepMs: length * DAY_MS }
    const history = await recorder.ask({ type: 'history', urls: parseUrlRequest(query), ...range })
    if (history === null) throw unknownUrl()
    return { length, history }
  }
  return [
    {
      name: 'status',
      parameters: [...URL_PARAMETERS, LABEL],
      async read(query) {
        const row = await finder.one(parseUrlRequest(query))
        const { url, verdict } = JSON.parse(row) as { url: string; verdict: string }
        // As on status pages, whatever polls find.
        const isMaintained = (await maintainedUrls(recorder, [url])).has(url)
        const message = isMaintained ? 'maintenance' : verdict
        return { label: query.get('label') ?? 'status', message, color: COLORS[message] ?? 'none' }
      },
    },
    {
      name: 'uptime',
      parameters: [...URL_PARAMETERS, days(30), LABEL],
      async read(query) {
        const { length, history } = await over(query, 30)
        return uptimeBadge(query.get('label') ?? `uptime ${length}d`, history.uptime)
      },
    },
    {
      name: 'time',
      parameters: [...URL_PARAMETERS, days(1), LABEL],
      async read(query) {
        const { length, history } = await over(query, 1)
        const ms = meanMs(history.buckets)
        const label = query.get('label') ?? `response time ${length}d`
        return ms === null ? nothing(label) : { label, message: timeText(ms), color: 'good' }
      },
    },
  ]
}

const COLORS: Readonly<Record<string, BadgeColor>> = {
  up: 'good',
  down: 'bad',
  unknown: 'none',
  pending: 'none',
}

/** Where much of the time was not watched, it says of how long the uptime is. */
export function uptimeBadge(label: string, uptime: UptimeAnswer): Badge {
  const { ratio, upSeconds, downSeconds, unknownSeconds, maintenanceSeconds, notWatchedSeconds } = uptime
  if (ratio === null) return nothing(label)
  const color = ratio >= GOOD_UPTIME ? 'good' : ratio >= FAIR_UPTIME ? 'fair' : 'bad'
  const watched = upSeconds + downSeconds + unknownSeconds + maintenanceSeconds
  const isPart = watched < MOSTLY_WATCHED * (watched + notWatchedSeconds)
  const time = isPart ? ` in ${lengthText(watched * 1_000)}` : ''
  return { label, message: `${formatPercent(ratio)}${time}`, color }
}

function nothing(label: string): Badge {
  return { label, message: 'no data', color: 'none' }
}

function timeText(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
}

/** The mean over all polls that were up; null if none was. */
function meanMs(buckets: readonly HistoryBucket[]): number | null {
  const polls = buckets.reduce((sum, { up }) => sum + up, 0)
  const total = buckets.reduce((sum, { up, meanMs: mean }) => sum + up * (mean ?? 0), 0)
  return polls === 0 ? null : total / polls
}
