import test from 'ava'
import { distanceText, shareText, spanText } from '../../../src/alerts/engine/span-text.ts'
import { seenText } from '../../../src/alerts/engine/summary.ts'

const HOUR = 3_600_000

for (const [ms, text] of [
  [0, '0s'],
  [-5, '0s'],
  [250, '250ms'],
  [2_000, '2s'],
  [2_590, '2.5s'],
  [60_000, '1m'],
  [80_000, '1m 20s'],
  [90 * 60_000, '1h 30m'],
  [30 * 24 * HOUR, '30d'],
  [49 * HOUR + 60_000, '2d 1h'],
] as const)
  test(`a span of ${ms} ms is ${text}`, (t) => t.is(spanText(ms), text))

for (const [ms, text] of [
  [13.5 * 24 * HOUR, 'in 13 days'],
  [47 * HOUR, 'in 47 hours'],
  [HOUR, 'in 1 hour'],
  [5, 'in less than an hour'],
  [-72 * HOUR, '3 days ago'],
] as const)
  test(`${ms} ms from now is ${text}`, (t) => t.is(distanceText(ms), text))

for (const [share, text] of [
  [1, '100%'],
  [0.999, '99.9%'],
  [0.99999, '99.999%'],
  [0.999999, '99.999%'],
  [0.29, '29%'],
  [0, '0%'],
] as const)
  test(`a share of ${share} is ${text}`, (t) => t.is(shareText(share), text))

for (const [reason, status, detail, text] of [
  ['ok', 200, 'OK', '200 OK'],
  ['ok', 200, '', '200'],
  ['status', 503, '503 Service Unavailable', '503 Service Unavailable'],
  ['timeout', 0, 'no answer in 10 s', 'timeout: no answer in 10 s'],
  ['body', 200, 'no "ok"', 'body: no "ok"'],
  ['refused', 0, '', 'refused'],
  ['timeout', 0, 'timeout: no answer', 'timeout: no answer'],
  ['ok', 0, 'pong', 'pong'],
] as const)
  test(`what is seen with ${reason}, ${status} and "${detail}" is ${text}`, (t) =>
    t.is(seenText({ reason, status, detail }), text))
