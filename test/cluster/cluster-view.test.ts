import test from 'ava'
import { clusterView } from '../../src/cluster/cluster-view.ts'

const rest = { zone: '', urls: 100, batches: 4, plans: false, alerts: false, isDrained: false }
const machine = (name: string, ageMs: number) => ({
  name,
  ageMs,
  ...rest,
  isReady: name !== 'b',
  clockMs: 3,
  list: '',
  isPart: false,
  version: '1.0.0',
})

test('a machine that was not heard for a while is not up', (t) => {
  const machines = [machine('own', 0), machine('a', 500), machine('b', 60_000)]
  t.deepEqual(clusterView({ type: 'status', isReady: true, machines }), {
    isReady: true,
    machines: [
      { name: 'own', isUp: true, ...rest, canPoll: true },
      { name: 'a', isUp: true, ...rest, canPoll: true },
      { name: 'b', isUp: false, ...rest, canPoll: false },
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
