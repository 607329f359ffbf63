import { domainToUnicode } from 'node:url'
import { NOT_UP } from '../../state/recent-polls.ts'
import { escapeText } from '../text/escape.ts'

const DAY_MS = 86_400_000

/** A certificate that expires within this time, in ms, is shown. */
const CERTIFICATE_WARNING_MS = 30 * DAY_MS

const BARS = '▁▂▃▄▅▆▇█'

/** Durations within this factor of each other get bars of similar height, so that noise does not look like a change. */
const MIN_RANGE = 4

/** A time in five columns: `0.4ms`, `412ms`, `1.2s`, `102s`. */
export function timeCell(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)}ms`
  if (ms < 999.5) return `${Math.round(ms)}ms`
  return `${(ms / 1000).toFixed(ms < 99_950 ? 1 : 0)}s`
}

/** A duration in three columns, up to 99 days: `8s`, `12m`, `5h`, `2d`. */
export function ageCell(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  if (s < 100) return `${s}s`
  if (s < 100 * 60) return `${Math.floor(s / 60)}m`
  if (s < 100 * 3600) return `${Math.floor(s / 3600)}h`
  return `${Math.floor(s / 86_400)}d`
}

/** A share in at most five columns; `100%` only if it is exactly that, '' for NaN. */
export function shareCell(share: number): string {
  if (Number.isNaN(share)) return ''
  if (share === 1 || share === 0) return `${share * 100}%`
  return `${Math.min(99.9, Math.max(0.1, share * 100)).toFixed(share < 0.1 || share > 0.99 ? 1 : 0)}%`.slice(
    0,
    5,
  )
}

/** Days until a certificate expires if they are few; otherwise ''. */
export function certificateCell(expiresAt: number, now: number): string {
  if (expiresAt === 0 || expiresAt - now > CERTIFICATE_WARNING_MS) return ''
  return `${Math.floor((expiresAt - now) / DAY_MS)}d`
}

/** A bar for each of the last polls, on a logarithmic scale; `×` for one that was not up. */
export function sparkline(last: readonly number[]): string {
  const times = last.filter((ms) => ms !== NOT_UP)
  const least = Math.min(...times)
  const range = Math.log(Math.max(MIN_RANGE, Math.max(...times) / least))
  const bar = (ms: number) => BARS[Math.round((Math.log(ms / least) / range) * (BARS.length - 1))] as string
  return last.map((ms) => (ms === NOT_UP ? '×' : bar(ms))).join('')
}

/** A bar for each count; a blank for 0. */
export function histogramBars(counts: readonly number[]): string {
  const most = Math.max(1, ...counts)
  return counts
    .map((count) => (count === 0 ? ' ' : BARS[Math.ceil((count / most) * BARS.length) - 1]))
    .join('')
}

/** A URL with its host name in its own script. Safe for a terminal. */
export function displayUrl(url: string): string {
  if (!url.includes('xn--')) return url
  return escapeText(
    url.replace(
      /^([a-z]+:\/\/)([^/?:]+)/,
      (_, scheme: string, name: string) => scheme + domainToUnicode(name),
    ),
    Number.POSITIVE_INFINITY,
  )
}

/** A whole number with thousands separators: `1,234,567`. */
export function formatCount(number: number): string {
  return number.toLocaleString('en-US')
}

/** The time of day, UTC. `at` in ms since the epoch. */
export function clockText(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}
