import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import { Alerter } from '../../../src/alerts/run/alerter.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const TURN = { notifications: [], alerts: new Map(), groups: new Map(), silences: new Map(), marks: null }

test('what is due is looked at in several turns and written at once, and at the end in one', async (t) => {
  let due = 12_345
  const turns: number[] = []
  const written: number[] = []
  const alerter = new Alerter({
    engine: {
      tick(_now, limit) {
        turns.push(Math.min(due, limit))
        due -= Math.min(due, limit)
        return due > 0
      },
      takeChanges: () => [],
    },
    planner: { apply: () => {}, tick: () => TURN, nextDue: () => Infinity, endWaits: () => {} },
    store: { retryAt: Infinity, write: () => (written.push(due), []), retry: () => {}, close: () => {} },
    queue: {
      nextDue: Infinity,
      inFlight: 0,
      add: () => {},
      tick: () => {},
      close: () => Promise.resolve(),
    },
    // However long it takes, no time passes.
    now: () => 0,
    tellsAtEnd: false,
    keepsWaits: true,
  })
  await waitUntil(() => due === 0)
  t.true(turns.length >= 3)
  await waitUntil(() => written.length > 0)
  t.is(written[0], 0)
  // Somebody has acknowledged something.
  due = 20_000
  alerter.turn()
  t.deepEqual([due, written.at(-1)], [15_000, 15_000])
  due = 1e6
  await alerter.finish(0)
  t.is(due, 0)
})

test('at the end, what is overdue is waited for without a warning of Node', async (t) => {
  const warnings: string[] = []
  const note = ({ name }: Error): number => warnings.push(name)
  process.on('warning', note)
  let waits = 1
  let now = 1_000
  const alerter = new Alerter({
    engine: { tick: () => false, takeChanges: () => [] },
    planner: { apply: () => {}, tick: () => TURN, nextDue: () => Infinity, endWaits: () => {} },
    store: { retryAt: Infinity, write: () => [], retry: () => {}, close: () => {} },
    queue: {
      get nextDue() {
        return waits > 0 ? 500 : Infinity
      },
      inFlight: 0,
      add: () => {},
      tick() {
        now += 100
        if (now > 1_150) waits = 0
      },
      close: () => Promise.resolve(),
    },
    now: () => now,
    tellsAtEnd: false,
    keepsWaits: true,
  })
  await alerter.finish(5_000)
  await setImmediate()
  process.off('warning', note)
  t.deepEqual(warnings, [])
})
