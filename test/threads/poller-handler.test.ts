import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import type { Url } from '../../src/resource/resource.ts'
import { ResourceBatch } from '../../src/resource/resource-batch.ts'
import { PollerHandler } from '../../src/threads/poller-handler.ts'
import { startOrigin } from '../helpers/origin.ts'
import { pollOptions, resource, TestPoller } from '../helpers/test-poller.ts'

const noProbes = () => Promise.reject(new Error('no probe was asked for'))

test('Resources that arrive are polled as the profiles that arrived before say', async (t) => {
  const agents: (string | undefined)[] = []
  const origin = await startOrigin(t, ({ headers }, response) => {
    agents.push(headers['user-agent'])
    response.end()
  })
  const { poller } = new TestPoller()
  const handler = new PollerHandler(
    poller,
    { setStatusPort: () => t.fail('there is no other monitor') },
    noProbes,
  )
  handler.handle({ type: 'profiles', profiles: [[1, pollOptions({ userAgent: 'one' })]] })
  const batch = new ResourceBatch()
  batch.add(resource(origin.url, { profile: 1 }))
  handler.handle({ type: 'resources', batch: batch.take(), suspects: [] })
  await origin.requested('/')
  handler.handle({ type: 'stop' })
  await handler.stopRequested
  await poller.stop()
  poller.close()
  t.deepEqual(agents, ['one'])
})

test('the port of a new monitor goes to the outbox', (t) => {
  const { poller } = new TestPoller()
  t.teardown(() => poller.close())
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port1.close())
  const ports: unknown[] = []
  new PollerHandler(poller, { setStatusPort: (status) => ports.push(status) }, noProbes).handle({
    type: 'status',
    status: port2,
  })
  t.deepEqual(ports, [port2])
})

test('what other pollers have found goes to the monitors of the uplink and of proxies', (t) => {
  const found = {
    canaries: [{ url: 'http://a.example/' as Url, address: '192.0.2.1' }],
    proxies: ['http://proxy.example:3128'],
  }
  const { poller } = new TestPoller()
  t.teardown(() => poller.close())
  const handled: unknown[] = []
  const target = Object.assign(Object.create(poller) as typeof poller, {
    uplink: { setSharedCanaries: (canaries: unknown) => handled.push(canaries) },
    proxies: { setProven: (proxies: unknown) => handled.push(proxies) },
  })
  new PollerHandler(target, { setStatusPort: () => t.fail() }, noProbes).handle({ type: 'reachable', found })
  t.deepEqual(handled, [found.canaries, found.proxies])
})
