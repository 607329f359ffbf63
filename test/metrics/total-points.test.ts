import test from 'ava'
import { totalPoints } from '../../src/metrics/total-points.ts'
import { summary } from '../helpers/summary.ts'

const FACTS = { cpuSeconds: 1, webCpuMs: 1, residentBytes: 1, startedAt: 1, openFds: null, maxFds: null }

test('what is said of a machine has its zone, if it has one', (t) => {
  const machine = {
    urls: 5,
    batches: 2,
    isUp: true,
    plans: true,
    alerts: false,
    isDrained: false,
    canPoll: true,
  }
  const machines = [
    { ...machine, name: 'a', zone: '' },
    { ...machine, name: 'b', zone: 'eu' },
  ]
  const none = { buckets: [], sum: 0 }
  const totals = {
    since: 0,
    urls: 0,
    counts: { up: 0, down: 0, unknown: 0, pending: 0 },
    polls: [],
    duration: none,
    lateness: none,
    mainStats: { ...summary.mainStats, cluster: { isReady: true, machines } },
    monitorCpuMs: 0,
    pollersCpuMs: [],
    history: null,
    alerts: null,
  }
  t.deepEqual(totalPoints(totals, 0, FACTS).nodeBatches, [
    { labels: { node: 'a' }, value: 2 },
    { labels: { node: 'b', zone: 'eu' }, value: 2 },
  ])
})
