import { PHASES } from './url-metrics.ts'
import type { URL_METRICS } from './url-metrics.ts'
import type { UrlRow } from './url-page.ts'

/** Calls `emit` for each value of a URL; `phase` is the label of that name, '' if the metric has none. */
export function urlPoints(
  row: UrlRow,
  emit: (metric: keyof typeof URL_METRICS, value: number, phase: string) => void,
): void {
  const { verdict, at, status, expiresAt } = row
  if (verdict === 'up' || verdict === 'down') emit('up', verdict === 'up' ? 1 : 0, '')
  if (at === 0) return
  if (status !== 0) emit('status', status, '')
  emit('duration', durationSeconds(row.duration), '')
  for (const phase of PHASES) emit('phases', durationSeconds(row[phase]), phase)
  emit('at', Math.trunc(at) / 1000, '')
  if (expiresAt > 0) emit('expiry', expiresAt / 1000, '')
}

/** Rounded to a tenth of a millisecond, as in the JSON lines. */
function durationSeconds(ms: number): number {
  return Math.round(ms * 10) / 10_000
}
