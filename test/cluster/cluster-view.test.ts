import test from 'ava'
import { clusterView } from '../../src/cluster/cluster-view.ts'

const machine = (name: string, ageMs: number) => ({ name, ageMs, urls: 100, batches: 4 })

test('a machine that was not heard for a while is not up', (t) => {
  const machines = [machine('own', 0), machine('a', 500), machine('b', 60_000)]
  t.deepEqual(clusterView({ type: 'status', isReady: true, machines }), {
    isReady: true,
    machines: [
      { name: 'own', isUp: true, urls: 100, batches: 4 },
      { name: 'a', isUp: true, urls: 100, batches: 4 },
      { name: 'b', isUp: false, urls: 100, batches: 4 },
    ],
  })
})

test('without the server only this machine is known', (t) => {
  t.deepEqual(clusterView(null), { isReady: false, machines: [] })
  const machines = [machine('own', 0), machine('a', 500)]
  t.deepEqual(
    clusterView({ type: 'status', isReady: false, machines }).machines.map(({ name }) => name),
    ['own'],
  )
})
