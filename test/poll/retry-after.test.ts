import test from 'ava'
import { MOST_RETRY_AFTER_MS, retryAfterMs } from '../../src/poll/retry-after.ts'

const WALL = Date.parse('2026-01-02T03:04:05Z')

for (const [header, ms] of [
  [null, 0],
  ['', 0],
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7_000],
  ['-5', 0],
  ['1.5', 0],
  ['99999999999999999999', MOST_RETRY_AFTER_MS],
  ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
  ['Fri, 02 Jan 2026 03:03:05 GMT', 0],
  ['Fri, 02 Jan 2099 03:03:05 GMT', MOST_RETRY_AFTER_MS],
  ['soon', 0],
] as const) {
  test(`Retry-After: ${header}`, (t) => t.is(retryAfterMs(header, WALL), ms))
}
