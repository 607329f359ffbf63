import test from 'ava'
import { retryAfterMs } from '../../../src/poll/http/retry-after.ts'
import { MAX_RETRY_AFTER_MS } from '../../../src/settings/retry-after.ts'

const WALL = Date.parse('2026-01-02T03:04:05Z')

for (const [header, ms] of [
  [null, 0],
  ['', 0],
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7_000],
  ['\t8\t', 8_000],
  // A regular expression that matches blanks at the end takes minutes for this.
  [`1${' '.repeat(250_000)}1`, 0],
  ['-5', 0],
  ['1.5', 0],
  ['99999999999999999999', MAX_RETRY_AFTER_MS],
  ['Fri, 02 Jan 2026 03:05:05 GMT', 60_000],
  ['Fri, 02 Jan 2026 03:03:05 GMT', 0],
  ['Fri, 02 Jan 2099 03:03:05 GMT', MAX_RETRY_AFTER_MS],
  ['soon', 0],
  // The other two formats of an HTTP-date, which RFC 9110 requires recipients to accept.
  ['Friday, 02-Jan-26 03:05:05 GMT', 60_000],
  ['Fri Jan  2 03:05:05 2026', 60_000],
  ['Fri Jan 02 03:05:05 2026', 60_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
  ['Saturday, 02-Jan-76 03:03:05 GMT', MAX_RETRY_AFTER_MS],
  ['Sunday, 02-Jan-77 03:03:05 GMT', 0],
  ['Fri, 02 Jan 2026 03:04:60 GMT', 54_000],
  // Dates that only JavaScript accepts.
  ['try 2050', 0],
  ['later 3', 0],
  ['2050-01-01', 0],
  ['2050-01-01T00:00:00Z', 0],
  ['Jan 1 2050', 0],
  ['Fri, 02 Jan 2050', 0],
  ['Fri, 02 Jan 2050 03:05:05', 0],
  ['Fri, 02 Jan 2050 03:05:05 CET', 0],
  ['Fri, 02 Jan 2050 03:05:05 +0100', 0],
  ['Fri, 31 Feb 2050 03:05:05 GMT', 0],
  ['Fri, 00 Jan 2050 03:05:05 GMT', 0],
  ['Fri, 02 Jan 2050 24:05:05 GMT', 0],
  ['Fri, 02 Jan 2050 03:60:05 GMT', 0],
  ['Fri, 02 Jan 2050 03:05:61 GMT', 0],
  ['120, 120', 0],
  ['120s', 0],
  ['+120', 0],
  ['1e3', 0],
  ['0x10', 0],
  ['\u0661\u0662', 0],
  ['\u00a01209', 0],
] as const) {
  test(`Retry-After: ${header?.replace(/ {9,}/, ' … ')}`, (t) => t.is(retryAfterMs(header, WALL), ms))
}
