import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import { pollerNumbers } from '../../src/resource/poller-number.ts'
import type { PollerNumber } from '../../src/resource/poller-number.ts'
import type { ProbePending, ProbeRequest } from '../../src/threads/probe-protocol.ts'
import { ProbeRelay } from '../../src/web/probe-relay.ts'

const MODULES = { modules: [], served: { modules: [], yaml: '' }, use: () => {} }

function request(id: number, url: string): ProbeRequest {
  const parts = { module: 'm', target: '', hostname: '', deadline: 0, timeoutSeconds: 0, wantsLog: false }
  return { id, url, ...parts }
}

test('a probe goes to the poller of its origin, to another one while that is replaced, and is lost with it', async (t) => {
  const [first, second] = pollerNumbers(2) as [PollerNumber, PollerNumber]
  const gone = new Set<PollerNumber>()
  const posted: [PollerNumber, ProbePending['type'], number[]][] = []
  const relay = new ProbeRelay(
    {
      count: 2,
      post(poller, message) {
        if (gone.has(poller)) return false
        posted.push([
          poller,
          message.type,
          message.type === 'probes' ? message.requests.map(({ id }) => id) : [],
        ])
        return true
      },
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

  const relayed = async (...requests: ProbeRequest[]) => {
    port2.postMessage(requests)
    await once(port1, 'message')
    return posted.splice(0)
  }
  t.deepEqual(
    await relayed(request(1, 'http://listed.example/a'), request(2, 'http://u:p@listed.example/b')),
    [[second, 'probes', [1, 2]]],
  )
  gone.add(second)
  relay.lost(second)
  t.deepEqual(await relayed(request(3, 'http://listed.example/')), [[first, 'probes', [3]]])
  relay.lost(first)
  gone.add(first)
  await relayed(request(4, 'http://listed.example/'))
  port2.postMessage([])
  await once(port1, 'message')
  while (events.length < 6) await once(port2, 'message')
  t.deepEqual(events.slice(1), [
    ['poller', undefined],
    ['poller', undefined],
    ['lost', [1, 2]],
    ['lost', [3]],
    ['lost', [4]],
  ])
})
