import { counted } from '../../resource/counted.ts'
import type { SeenState } from '../alert.ts'

/**
 * What the last poll saw: `status 503 after 41 ms, 3 failures in a row: Service Unavailable`. It may hold text of a
 * server. `summary`: what is told besides, so that it is not told twice.
 */
export function seenText(
  { status, reason, detail, durationMs, errCount, verdict }: SeenState,
  summary: string,
): string {
  const what = status === 0 ? (reason === 'ok' ? verdict : reason) : `status ${status}`
  const time = durationMs < 1_000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1_000).toFixed(1)} s`
  const failures = errCount === 0 ? '' : `, ${counted(errCount, 'failure')} in a row`
  return `${what} after ${time}${failures}${summary.includes(detail) ? '' : `: ${detail}`}`
}
