import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import { pollerNumbers } from '../../../src/resource/poller-number.ts'
import type { PollerNumber } from '../../../src/resource/poller-number.ts'
import type { ProbeMessage, ProbePending, ProbeRequest } from '../../../src/threads/probe-protocol.ts'
import { ProbeRelay } from '../../../src/supervisors/web/probe-relay.ts'

const MODULES = { modules: [], served: { modules: [], yaml: '' }, use: () => {} }

function request(id: number, url: string): ProbeRequest {
  const parts = { module: 'm', target: '', hostname: '', deadline: 0, timeoutSeconds: 0, wantsLog: false }
  return { id, url, ...parts }
}

function idsOf(message: ProbePending): readonly number[] {
  if (message.type === 'probes') return message.requests.map(({ id }) => id)
  return message.type === 'cancelProbes' ? message.ids : []
}

test('a probe goes to the poller of its origin, to another one while that is replaced, and is lost with it', async (t) => {
  const [first, second] = pollerNumbers(2) as [PollerNumber, PollerNumber]
  const gone = new Set<PollerNumber>()
  const posted: [PollerNumber, ProbePending['type'], readonly number[]][] = []
  const relay = new ProbeRelay(
    {
      count: 2,
      post(poller, message) {
        if (gone.has(poller)) return false
        posted.push([poller, message.type, idsOf(message)])
        return true
      },
      busy() {},
    },
    (origin) => (origin === 'http://listed.example' ? 1 : null),
    MODULES,
  )
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port2.close())
  const events: unknown[] = []
  port2.on('message', (event: { type: string; ids?: number[] }) => events.push([event.type, event.ids]))
  relay.connectWeb(port1)
  t.deepEqual(
    posted.splice(0).map(([poller, type]) => `${type} ${poller}`),
    [`probePort ${first}`, `probeModules ${first}`, `probePort ${second}`, `probeModules ${second}`],
  )

  const tell = async (message: ProbeMessage) => {
    port2.postMessage(message)
    await once(port1, 'message')
    return posted.splice(0)
  }
  const relayed = (...requests: ProbeRequest[]) => tell({ type: 'probes', requests })
  t.deepEqual(
    await relayed(request(1, 'http://listed.example/a'), request(2, 'http://u:p@listed.example/b')),
    [[second, 'probes', [1, 2]]],
  )
  // Main does not know which poller still has it.
  t.deepEqual(await tell({ type: 'cancel', ids: [1] }), [
    [first, 'cancelProbes', [1]],
    [second, 'cancelProbes', [1]],
  ])
  gone.add(second)
  relay.lost(second)
  t.deepEqual(await relayed(request(3, 'http://listed.example/')), [[first, 'probes', [3]]])
  relay.lost(first)
  while (events.length < 5) await once(port2, 'message')
  t.deepEqual(events.slice(1), [
    ['poller', undefined],
    ['poller', undefined],
    ['lost', [1, 2]],
    ['lost', [3]],
  ])
})

test('probes that come before there is a poller wait for it', async (t) => {
  const [poller] = pollerNumbers(1) as [PollerNumber]
  let isThere = false
  const posted: [ProbePending['type'], readonly number[]][] = []
  const relay = new ProbeRelay(
    {
      count: 1,
      post(_, message) {
        if (isThere) posted.push([message.type, idsOf(message)])
        return isThere
      },
      busy() {},
    },
    () => null,
    MODULES,
  )
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port2.close())
  relay.connectWeb(port1)
  const messages: readonly ProbeMessage[] = [
    { type: 'probes', requests: [request(1, 'http://a.example/'), request(2, 'http://b.example/')] },
    { type: 'cancel', ids: [1] },
  ]
  for (const message of messages) {
    port2.postMessage(message)
    await once(port1, 'message')
  }
  isThere = true
  relay.started(poller)
  relay.started(poller)
  t.deepEqual(
    posted.filter(([type]) => type === 'probes'),
    [['probes', [2]]],
  )
})

test('a new web thread counts its probes anew: those of the one before are none of its own', async (t) => {
  const [poller] = pollerNumbers(1) as [PollerNumber]
  const relay = new ProbeRelay({ count: 1, post: () => true, busy() {} }, () => null, MODULES)
  const ports = [new MessageChannel(), new MessageChannel()] as const
  t.teardown(() => ports[1].port2.close())
  relay.connectWeb(ports[0].port1)
  ports[0].port2.postMessage({ type: 'probes', requests: [request(1, 'http://a.example/')] })
  await once(ports[0].port1, 'message')
  relay.connectWeb(ports[1].port1)
  const lost = new Promise((resolve) => {
    ports[1].port2.on('message', (event: { type: string }) => {
      if (event.type === 'lost') resolve(event)
    })
  })
  relay.lost(poller)
  t.deepEqual(await lost, { type: 'lost', ids: [] })
})

test('it says that it is busy when it gets more than 5,000 probes within ten seconds', async (t) => {
  let busy = 0
  const relay = new ProbeRelay({ count: 1, post: () => true, busy: () => void busy++ }, () => null, MODULES)
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port2.close())
  relay.connectWeb(port1)
  const ask = async (count: number) => {
    const requests = Array.from({ length: count }, (_, n) => request(n, 'http://a.example/'))
    port2.postMessage({ type: 'probes', requests } satisfies ProbeMessage)
    await once(port1, 'message')
  }
  await ask(5_000)
  t.is(busy, 0)
  await ask(5_001)
  t.is(busy, 1)
})
