import test from 'ava'
import type { MaintenanceWindow } from '../../../src/alerts/alert-rule.ts'
import { makeCron } from '../../../src/alerts/plan/cron.ts'
import { MaintenanceCalendar } from '../../../src/alerts/plan/maintenance.ts'

const HOUR = 3_600_000

interface Subject {
  readonly labels: Readonly<Record<string, string>>
}

/** Enough for these windows: all labels are equal to one value. */
const compile = (match: MaintenanceWindow['match']) => (subject: Subject) =>
  match.every(({ label, values }) => values?.[0] === subject.labels[label])

const window = (name: string, when: MaintenanceWindow['when'], team?: string): MaintenanceWindow => ({
  name,
  match: team === undefined ? [] : [{ label: 'team', isPositive: true, values: [team], pattern: null }],
  when,
})

const calendar = (...windows: MaintenanceWindow[]) => new MaintenanceCalendar(windows, compile)
const at = (text: string) => Date.parse(text)
const times = (expression: string, from: string, count: number) => {
  const cron = makeCron(expression, 'Europe/Berlin')
  const found: string[] = []
  for (let next = cron.next(at(from)); next !== null && found.length < count; next = cron.next(next))
    found.push(new Date(next).toISOString().slice(0, 16))
  return found
}

const WEB: Subject = { labels: { team: 'web' } }
const SUNDAYS = { cron: '0 3 * * SUN', forMs: 2 * HOUR, timeZone: 'Europe/Berlin' }

test('a window by cron is open from each occurrence on, for so long', (t) => {
  const windows = calendar(window('a', SUNDAYS, 'web'))
  const opens = at('2026-11-29T02:00Z')
  t.is(windows.nextChange(at('2026-11-26T00:00Z')), opens)
  t.false(windows.covers(WEB, opens - 1))
  t.true(windows.covers(WEB, opens))
  t.false(windows.covers({ labels: {} }, opens))
  t.is(windows.nextChange(opens), opens + 2 * HOUR)
  t.true(windows.covers(WEB, opens + 2 * HOUR - 1))
  t.false(windows.covers(WEB, opens + 2 * HOUR))
  t.is(windows.nextChange(opens + 2 * HOUR), opens + 7 * 24 * HOUR)
  // A question about an earlier time is answered too.
  t.true(windows.covers(WEB, opens + HOUR))
})

test('a window from one time to another is open once', (t) => {
  const from = at('2026-11-26T10:00Z')
  const windows = calendar(window('a', { from, to: from + HOUR }))
  t.is(windows.nextChange(from - 1), from)
  t.false(windows.covers(WEB, from - 1))
  t.true(windows.covers(WEB, from))
  t.is(windows.nextChange(from), from + HOUR)
  t.false(windows.covers(WEB, from + HOUR))
  t.is(windows.nextChange(from + HOUR), Infinity)
})

test('of several windows, each counts as long as it is open', (t) => {
  const from = at('2026-11-26T10:00Z')
  const windows = calendar(
    window('short', { from, to: from + HOUR }),
    window('long', { from, to: from + 3 * HOUR }),
    window('other', { from, to: from + 9 * HOUR }, 'db'),
  )
  t.true(windows.covers(WEB, from))
  t.is(windows.nextChange(from), from + HOUR)
  t.true(windows.covers(WEB, from + 3 * HOUR - 1))
  t.false(windows.covers(WEB, from + 3 * HOUR))
})

test('occurrences that overlap are one window', (t) => {
  const cron = { cron: '0 3,4 * * *', forMs: 1.5 * HOUR, timeZone: 'UTC' }
  const windows = calendar(window('a', cron))
  const from = at('2026-11-26T03:00Z')
  t.is(windows.nextChange(from), from + 2.5 * HOUR)
  t.true(windows.covers(WEB, from + 2.4 * HOUR))
  const forever = calendar(window('a', { cron: '* * * * *', forMs: HOUR, timeZone: 'UTC' }))
  t.true(forever.covers(WEB, from))
  t.true(forever.nextChange(from) > from + HOUR)
})

test('of many windows that never close, few occurrences are looked for, and all stay open', (t) => {
  const MINUTE = 60_000
  const from = at('2026-11-26T03:00Z')
  const never = { cron: '* * * * *', forMs: 2 * MINUTE, timeZone: 'UTC' }
  const one = calendar(window('a', never)).nextChange(from)
  const many = calendar(...Array.from({ length: 500 }, (_, n) => window(`${n}`, never, `${n}`)))
  const next = many.nextChange(from)
  t.true(next - from <= (one - from) / 50)
  const last: Subject = { labels: { team: '499' } }
  for (const now of [from, next - 1, next]) t.true(many.covers(last, now))
  t.true(many.nextChange(next) > next)
})

test('when clocks go forward, a time that is left out comes at once after that', (t) => {
  t.deepEqual(times('30 2 * * *', '2026-03-28T00:00Z', 3), [
    '2026-03-28T01:30',
    '2026-03-29T01:00',
    '2026-03-30T00:30',
  ])
  t.deepEqual(times('0 3 * * SUN', '2026-03-28T00:00Z', 2), ['2026-03-29T01:00', '2026-04-05T01:00'])
  t.deepEqual(times('30 1-3 * * *', '2026-03-28T23:00Z', 3), [
    '2026-03-29T00:30',
    '2026-03-29T01:30',
    '2026-03-29T23:30',
  ])
})

test('when clocks go back, a time that comes twice counts once, each hour twice', (t) => {
  t.deepEqual(times('30 2 * * *', '2026-10-24T12:00Z', 2), ['2026-10-25T00:30', '2026-10-26T01:30'])
  t.deepEqual(times('0 3 * * SUN', '2026-10-24T12:00Z', 2), ['2026-10-25T02:00', '2026-11-01T02:00'])
  t.deepEqual(times('30 * * * *', '2026-10-25T00:00Z', 3), [
    '2026-10-25T00:30',
    '2026-10-25T01:30',
    '2026-10-25T02:30',
  ])
})

test('a window that is open while clocks change lasts as long as it says', (t) => {
  const from = at('2026-10-25T00:00Z')
  const windows = calendar(window('a', { cron: '0 2 * * *', forMs: 2 * HOUR, timeZone: 'Europe/Berlin' }))
  t.true(windows.covers(WEB, from))
  t.is(windows.nextChange(from), from + 2 * HOUR)
})

test('windows are listed with the occurrence under way, or the next one', (t) => {
  const opens = at('2026-11-29T02:00Z')
  const span = { from: opens, to: opens + 2 * HOUR }
  const windows = calendar(window('a', SUNDAYS, 'web'), window('b', { from: opens - HOUR, to: opens }))
  const listed = (now: number) =>
    windows.list(now).map(({ window: { name }, ...rest }) => ({ name, ...rest }))
  const other = { name: 'b', span: { from: opens - HOUR, to: opens } }
  t.deepEqual(listed(opens - 1), [
    { name: 'a', span, isOpen: false },
    { ...other, isOpen: true },
  ])
  t.deepEqual(listed(opens), [
    { name: 'a', span, isOpen: true },
    { name: 'b', span: null, isOpen: false },
  ])
})
