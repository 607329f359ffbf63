import test from 'ava'
import { assert, integer, nat, property } from 'fast-check'
import { nextPoll } from '../../../src/print/text/next-poll.ts'
import type { LastPoll } from '../../../src/print/text/next-poll.ts'
import { nextDue } from '../../../src/schedule/next-due.ts'

const LAST: LastPoll = {
  at: 1_000_000,
  durationMs: 40,
  lateMs: 0,
  errCount: 0,
  status: 200,
  answer: 'up',
  before: 'up',
  settings: ['interval=60s', 'error-backoff=10s', 'max-backoff=1m', 'interval=5s'],
}

test('it is when the schedule makes it due', (t) => {
  const ms = (max: number) => integer({ min: 1, max })
  assert(
    property(ms(90_000), ms(20_000), ms(60_000), ms(20_000), ms(20_000), nat(9), (...drawn) => {
      const [intervalMs, errorBackoffMs, maxBackoffMs, durationMs, lateMs, errCount] = drawn
      const cadence = { intervalMs, errorBackoffMs, maxBackoffMs }
      const slotAt = 1_000_000
      const at = slotAt + lateMs + durationMs
      const due = nextDue(cadence, slotAt, { errCount, verdict: 'down', notBefore: 0 }, at)
      const settings = [
        `interval=${intervalMs}ms`,
        `error-backoff=${errorBackoffMs}ms`,
        `max-backoff=${maxBackoffMs}ms`,
      ]
      const next = nextPoll({ ...LAST, at, durationMs, lateMs, errCount, answer: 'down', settings })
      return next?.at === due.dueAt
    }),
  )
  t.pass()
})

test('errors add to the interval, up to the limit', (t) => {
  const added = (errCount: number) => nextPoll({ ...LAST, errCount })?.addedMs
  t.deepEqual([0, 1, 3, 100].map(added), [0, 10_000, 30_000, 60_000])
  t.is(nextPoll(LAST)?.at, LAST.at - 40 + 5_000)
})

test('with some statuses a server may ask for a wait', (t) => {
  const later = (status: number) => nextPoll({ ...LAST, status })?.orLater
  t.deepEqual([200, 500, 429, 503].map(later), [false, false, true, true])
})

test('what the last poll does not say is not known', (t) => {
  for (const change of [
    { answer: 'unknown' },
    { before: 'unknown' },
    { settings: ['interval=60s'] },
    { settings: [] },
  ] as const)
    t.is(nextPoll({ ...LAST, ...change }), null, JSON.stringify(change))
})
