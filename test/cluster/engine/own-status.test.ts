import test from 'ava'
import { OwnStatus } from '../../../src/cluster/engine/own-status.ts'
import type { PlannerJob } from '../../../src/cluster/engine/planner-job.ts'
import { ClusterNode } from '../../../src/cluster/share/cluster-node.ts'

/** A machine whose monotonic clock is that of the engine without `behind` ms. `trips`: how long the answers take, of which all is spent on the way back. */
function machine(t: { now: number }) {
  const own = new OwnStatus(
    { node: 'a', zone: '' },
    new ClusterNode(10),
    null as unknown as PlannerJob,
    { isHeld: false },
    () => true,
    () => t.now,
  )
  const ask = (behind: number, trips: number[]) => () => {
    const time = t.now + behind
    t.now += trips.shift() ?? 0
    return Promise.resolve(time)
  }
  return { own, ask }
}

test('a first answer that comes late makes no wrong clock', async (t) => {
  const clock = { now: 1_000 }
  const { own, ask } = machine(clock)
  await own.measureClocks(ask(5_000, [750, 20, 2, 30]), () => clock.now)
  t.is(own.offset, 4_999)
})

test('of another engine, whose clock is another one, nothing is kept', async (t) => {
  const clock = { now: 1_000 }
  const { own, ask } = machine(clock)
  await own.measureClocks(ask(5_000, [1, 1, 1, 1]), () => clock.now)
  await own.measureClocks(ask(9_000, [20, 40, 10, 20]), () => clock.now)
  t.is(own.offset, 8_995)
})

test('until an engine answers, the clock is that of before', async (t) => {
  const clock = { now: 1_000 }
  const { own, ask } = machine(clock)
  await own.measureClocks(ask(5_000, []), () => clock.now)
  await t.throwsAsync(
    own.measureClocks(
      () => Promise.reject(new Error('away')),
      () => clock.now,
    ),
  )
  t.is(own.offset, 5_000)
})

test('pulses measure too: the quickest answer of the last ones counts', (t) => {
  const clock = { now: 1_000 }
  const { own } = machine(clock)
  own.heard({ time: 6_000, isDrained: false }, 1_000, 1_400)
  t.is(own.offset, 4_800)
  own.heard({ time: 7_000, isDrained: false }, 1_999, 2_001)
  t.is(own.offset, 5_000)
  own.heard({ time: 9_000, isDrained: false }, 3_000, 3_900)
  t.is(own.offset, 5_000)
})
