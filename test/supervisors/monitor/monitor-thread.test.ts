import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import { pollerNumber } from '../../../src/resource/poller-number.ts'
import type { Url } from '../../../src/resource/resource.ts'
import { ResourceTable } from '../../../src/resource/resource-table.ts'
import { StateBatch } from '../../../src/state/state-batch.ts'
import { MonitorThread } from '../../../src/supervisors/monitor/monitor-thread.ts'
import { monitorOptions } from '../../helpers/monitor-options.ts'
import { up } from '../../helpers/state.ts'
import { summary } from '../../helpers/summary.ts'

test('States that a poller sends after the monitor is told to stop are in the last state', async (t) => {
  const table = new ResourceTable()
  table.add('https://a.example/0' as Url)
  const monitor = new MonitorThread(monitorOptions, {
    received: ({ type }) => t.is(type, 'started'),
    lost: ({ message }) => t.fail(message),
  })
  await monitor.start(table)
  const { port1, port2 } = new MessageChannel()
  await monitor.send({ type: 'listen', poller: pollerNumber(0), status: port1 })
  const counts = monitor.stop(summary.mainStats, null)
  const states = new StateBatch()
  states.add(up(0))
  const batch = states.take()
  port2.postMessage({ type: 'states', batch }, [batch])
  port2.close()
  t.deepEqual(await counts, { up: 1, down: 0, unknown: 0, pending: 0 })
})

test('a message without a reply rejects when the thread ends, and so does a later one', async (t) => {
  const monitor = new MonitorThread(monitorOptions, {
    received: () => {},
    lost: () => {},
  })
  const { mainStats: stats } = summary
  const requests = [
    monitor.send({ type: 'reopen', inputs: [] }),
    monitor.send({ type: 'stop', stats, patienceMs: null }),
  ]
  await monitor.end('ended for a test')
  for (const request of [...requests, monitor.send({ type: 'reopen', inputs: [] })])
    await t.throwsAsync(request, { message: 'ended for a test' })
})
