import test from 'ava'
import { parseDate } from '../../src/resource/parse-date.ts'

test('a date begins at midnight UTC, and a time has its zone', (t) => {
  t.is(parseDate('2026-11-26'), Date.UTC(2026, 10, 26))
  t.is(parseDate('2026-11-26T05:00Z'), Date.UTC(2026, 10, 26, 5))
  t.is(parseDate('2026-11-26T05:00:00.5Z'), Date.UTC(2026, 10, 26, 5, 0, 0, 500))
  t.is(parseDate('2026-11-26T05:45:00+05:45'), Date.UTC(2026, 10, 26))
  t.is(parseDate('2024-02-29'), Date.UTC(2024, 1, 29))
})

for (const text of [
  '2026-11-26T05:00',
  '2026-11-26T05:00:00',
  '2026-02-30',
  '2026-02-29T00:00:00Z',
  '2026-13-01',
  '2026-11-26T25:00Z',
  '26 November 2026',
  '2026-11',
  '1764028800',
  '',
])
  test(`no time: ${JSON.stringify(text)}`, (t) => t.is(parseDate(text), Number.NaN))
