import { counted } from '../../resource/counted.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import type { LatestState } from '../../state/latest-state.ts'
import { escapeText, MAX_SHOWN_LENGTH } from './escape.ts'
import type { Summary } from './summary.ts'

/** The usual phrase of a status. Loaded when an answer has none: node:http takes longer to load than all else of this thread. */
const usualPhrase = (status: number) => process.getBuiltinModule('node:http').STATUS_CODES[status] ?? ''

/** The first line of a printed state, with its line break. Like every line of the log it begins with the time. */
export function stateHead(summary: Pick<Summary, 'at' | 'urls' | 'counts' | 'mainStats'>): string {
  return `${timeText(summary.at)} Current state: ${countsText(summary)}\n`
}

/** How many URLs there are, how many with each verdict, refused lists and invalid lines: `9 URLs: 5 up, 4 down; 1 list refused`. */
export function countsText({
  urls,
  counts,
  mainStats,
}: Pick<Summary, 'urls' | 'counts' | 'mainStats'>): string {
  const { up, down, unknown, pending } = counts
  const parts = [`${up} up`, `${down} down`]
  if (unknown > 0) parts.push(`${unknown} unknown`)
  if (pending > 0) parts.push(`${pending} pending`)
  const { refusedLists, invalidLines } = mainStats
  const refused = refusedLists > 0 ? `; ${counted(refusedLists, 'list')} refused` : ''
  const invalid = invalidLines > 0 ? `; ${counted(invalidLines, 'invalid line')}` : ''
  return `${counted(urls, 'URL')}: ${parts.join(', ')}${refused}${invalid}`
}

/** The line of one URL at a time in ms since the epoch: `TIME VERDICT URL WHAT`, with its line break. */
export function stateText(latest: LatestState, at: number): string {
  return changeText(latest, at, '')
}

/** The line of a URL that has changed: that of its State, and in parentheses what was before, unless that is ''. */
export function changeText(latest: LatestState, at: number, before: string): string {
  return `${timeText(at)} ${changeWords(latest, before)}\n`
}

/** What a line says after the time. */
export function changeWords(latest: LatestState, before: string): string {
  return `${latest.verdict} ${latest.url} ${whatText(latest)}${before === '' ? '' : ` (${before})`}`
}

/** A time in ms since the epoch, as every line of the log begins. */
function timeText(at: number): string {
  return new Date(at).toISOString()
}

/** What a line says after verdict and URL: `200 OK`, or the reason and what goes with it. */
function whatText(latest: LatestState): string {
  if (latest.verdict === 'pending') return 'not polled yet'
  const text = statusText(latest)
  return latest.reason === 'status' && latest.verdict === 'down' ? `status: ${text}` : text
}

/** The last line of a run, with its line break. `result`: see `resultText`. */
export function summaryText(summary: Summary, result: string): string {
  const { lateness, duration, mainStats, failures } = summary
  // A URL fails in many polls, and a retry is one more: that is why they are more than the URLs that are down.
  const printed =
    failures.printed < failures.polls
      ? `, repeats included (${failures.printed} printed; --verbose prints all)`
      : ''
  const failed = failures.polls > 0 ? `, ${counted(failures.polls, 'poll')} failed${printed}` : ''
  const dropped = summary.dropped > 0 ? `, ${counted(summary.dropped, 'write')} dropped` : ''
  return (
    `${timeText(summary.at)} Summary: ${counted(summary.polls, 'poll')}, ${summary.pollsPerSecond.toFixed(1)} a second, ` +
    `${mainStats.skipped} skipped${failed}${dropped}; ` +
    `took ms p50 ${duration.p50.toFixed(1)} p99 ${duration.p99.toFixed(1)} max ${duration.max.toFixed(1)}; ` +
    `late ms p50 ${lateness.p50.toFixed(1)} p99 ${lateness.p99.toFixed(1)} max ${lateness.max.toFixed(1)}; ${result}\n`
  )
}

/** `200 OK`, what is up without a status, or the reason and its detail, which is cut at `maxLength`. */
export function statusText(latest: LatestState, maxLength: number = MAX_SHOWN_LENGTH): string {
  const { verdict, reason } = latest
  if (verdict === 'pending' || reason === null) return verdict
  const text = reasonText(latest, reason, maxLength)
  // The last poll found another verdict, which has to last longer before it counts.
  return REASON_FACTS[reason].verdict === verdict ? text : `still ${verdict}: ${text}`
}

function reasonText({ status, text }: LatestState, reason: Reason, maxLength: number): string {
  const phrase = escapeText(text, maxLength)
  if (status !== 0 && (reason === 'ok' || reason === 'status'))
    return `${status} ${phrase === '' ? usualPhrase(status) : phrase}`.trimEnd()
  if (reason === 'ok' && phrase !== '') return phrase
  return phrase === '' ? reason : `${reason}: ${phrase}`
}
