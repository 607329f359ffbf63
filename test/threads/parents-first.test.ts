import test from 'ava'
import type { ResourceId } from '../../src/resource/resource.ts'
import { StateBatch, unpackStates } from '../../src/state/state-batch.ts'
import type { State } from '../../src/state/state.ts'
import { parentsFirst } from '../../src/threads/parents-first.ts'
import { down, up } from '../helpers/state.ts'

/** A monitor of URLs with these parents, by id, and what it has received. */
function start(parents: readonly (number | null)[]) {
  const received: string[] = []
  const isUp = new Set<number>()
  const chain = (id: number): number[] => {
    const above = parents[id] ?? null
    return above === null ? [] : [above, ...chain(above)]
  }
  const known = {
    isUp: (id: ResourceId) => isUp.has(id),
    notUpAbove: (id: ResourceId) =>
      (chain(id).find((above) => !isUp.has(above)) ?? null) as ResourceId | null,
    depth: (id: ResourceId) => chain(id).length,
  }
  const monitor = parentsFirst(
    {
      counts: { pending: 0, up: 0, down: 0, unknown: 0 },
      addUrls: () => {},
      removeUrls: () => {},
      receiveStates: (batch) =>
        unpackStates(batch, ({ id, verdict }) => {
          received.push(`${id} ${verdict}`)
          if (verdict === 'up') isUp.add(id)
        }),
      receiveZones: () => {},
      updateMainStats: () => {},
      updatePollerStats: () => {},
      print: () => Promise.resolve(),
      finish() {
        received.push('finish')
        return Promise.resolve()
      },
    },
    () => (parents.length === 0 ? null : known),
  )
  const take = (...states: State[]) => {
    const batch = new StateBatch()
    for (const state of states) batch.add(state)
    monitor.receiveStates(batch.take())
    return received.splice(0)
  }
  return { monitor, take, received }
}

test('States wait until all parents are up, in their order', (t) => {
  const { take } = start([1, 2, null, null])
  t.deepEqual(take(down(0), up(3)), ['3 up'])
  t.deepEqual(take(up(0), down(2)), ['2 down'])
  t.deepEqual(take(up(1)), [])
  t.deepEqual(take(up(2)), ['2 up', '1 up', '0 down', '0 up'])
  t.deepEqual(take(down(0)), ['0 down'])
})

test('in one batch too, and without parents nothing waits', (t) => {
  t.deepEqual(start([1, null]).take(down(0), up(1)), ['1 up', '0 down'])
  t.deepEqual(start([]).take(down(0), up(1)), ['0 down', '1 up'])
})

test('at the end all have come, parents before what depends on them', async (t) => {
  const { take, monitor, received } = start([1, 2, 3, null, 4])
  t.deepEqual(take(up(0), down(1), up(2), down(3)), ['3 down'])
  await monitor.finish()
  t.deepEqual(received, ['2 up', '1 down', '0 up', 'finish'])
})
