import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import type { ProbeEvent, ProbeMessage, ProbeRequest } from '../../../src/threads/probe-protocol.ts'
import { ProbeClient } from '../../../src/web/server/probe-client.ts'
import { answerProbe } from '../../../src/web/server/probe-path.ts'

const QUERY = { module: '', hostname: '', debug: '', scrapeTimeout: '', acceptEncoding: '' }
const MODULE = { name: 'http_2xx', prober: 'http', timeoutMs: 0, host: null, yaml: '' }

/** A client, main's end of its port, and what sends events to it. */
function start(t: ExecutionContext) {
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port1.close())
  const client = new ProbeClient(port2)
  const tell = (event: ProbeEvent, transfer: MessagePort[] = []) => port1.postMessage(event, transfer)
  const requests = new Promise<ProbeMessage>((resolve) => port1.once('message', resolve))
  return { client, tell, requests }
}

function request(deadline = monotonicMs() + 60_000): Omit<ProbeRequest, 'id'> {
  const parts = { module: 'http_2xx', target: 'a.example', hostname: '', url: 'http://a.example/' }
  return { ...parts, deadline, timeoutSeconds: 60, wantsLog: false }
}

test('of ten thousand probes at once, those that would wait too long are refused', async (t) => {
  const { client, tell, requests } = start(t)
  const made = Array.from({ length: 10_000 }, () => client.probe(request()))
  const sent = await requests
  t.is(sent.length, 2_048)
  const served = { modules: [MODULE], yaml: '' }
  const refused = await answerProbe(
    { probe: () => client.probe(request()), served },
    { ...QUERY, target: 'a' },
  )
  t.is(refused.status, 429)
  t.is(refused.headers.get('retry-after'), '1')

  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port1.close())
  tell({ type: 'poller', replies: port2 }, [port2])
  port1.postMessage(sent.map(({ id }) => ({ id, metrics: 'up 1\n', log: '' })))
  const replies = await Promise.all(made)
  t.is(replies.filter((reply) => reply === 'busy').length, 10_000 - 2_048)
  t.is(replies.filter((reply) => typeof reply === 'object').length, 2_048)
  // There is room again.
  void client.probe(request())
})

test('a probe whose poller is lost fails at once, and one without a reply after its deadline', async (t) => {
  const { client, tell, requests } = start(t)
  const lost = client.probe(request())
  const late = client.probe(request(monotonicMs() - 10_000))
  const [first] = await requests
  tell({ type: 'lost', ids: [first?.id ?? 0, 12_345] })
  t.deepEqual(await Promise.all([lost, late]), ['lost', 'lost'])

  // That says nothing of the target.
  const served = { modules: [MODULE], yaml: '' }
  const answer = await answerProbe(
    { probe: () => Promise.resolve('lost'), served },
    { ...QUERY, target: 'a.example' },
  )
  const text = await answer.text()
  t.is(answer.status, 200)
  t.regex(text, /^probe_success 0$/m)
  t.regex(text, /^headcount_probe_local_fault 1$/m)
})
