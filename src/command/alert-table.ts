import { textTable } from '../print/text/text-table.ts'
import { formatDuration } from '../resource/format-duration.ts'

/** An alert, as far as `/api/v1/alerts` says what people read. */
export interface AnsweredAlert {
  readonly rule: string
  readonly severity: string
  readonly url: string
  /** Of a group; '' for a URL. */
  readonly group: string
  readonly since: string
  readonly summary: string
  readonly phase: string
  readonly muted: boolean
  readonly acknowledged: { readonly by: string } | null
}

/** A silence, as `/api/v1/silences` has it. */
export interface AnsweredSilence {
  readonly id: string
  readonly author: string
  readonly comment: string
  readonly url: string | null
  readonly match: readonly { readonly label: string; readonly value: string }[]
  readonly from: string
  readonly to: string
}

/** Alerts as a table, a line each. `now`: in ms since the epoch. */
export function alertTable(alerts: readonly AnsweredAlert[], now: number): string {
  const rows = alerts.map((alert) => [
    formatDuration(now - Date.parse(alert.since)),
    alert.severity,
    stateOf(alert),
    alert.rule,
    alert.url === '' ? alert.group : alert.url,
    alert.summary,
  ])
  return textTable([['since', 'severity', 'state', 'rule', 'what', 'why'], ...rows])
}

/** Silences as a table, a line each. `now`: in ms since the epoch. */
export function silenceTable(silences: readonly AnsweredSilence[], now: number): string {
  const rows = silences.map(({ id, author, comment, url, match, from, to }) => [
    id,
    Date.parse(from) > now ? `begins in ${formatDuration(Date.parse(from) - now)}` : 'now',
    formatDuration(Date.parse(to) - now),
    [...(url === null ? [] : [url]), ...match.map(({ label, value }) => `${label}=${value}`)].join(' '),
    author,
    comment,
  ])
  return textTable([['id', 'begin', 'ends in', 'alerts of', 'author', 'comment'], ...rows])
}

/** What an alert is at, in one word or two. */
function stateOf({ phase, muted, acknowledged }: AnsweredAlert): string {
  if (phase === 'resolved' || phase === 'unwatched') return 'over'
  if (muted) return 'muted'
  return acknowledged === null ? phase : `acknowledged by ${acknowledged.by}`
}
