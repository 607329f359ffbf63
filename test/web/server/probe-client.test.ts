import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import type { ProbeEvent, ProbeMessage, ProbeRequest } from '../../../src/threads/probe-protocol.ts'
import { ProbeClient } from '../../../src/web/server/probe-client.ts'
import { answerProbe } from '../../../src/web/server/probe-path.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const QUERY = { module: '', hostname: '', debug: '', scrapeTimeout: '', acceptEncoding: '' }
const MODULE = { name: 'http_2xx', prober: 'http', timeoutMs: 0, host: null, yaml: '' }

/** Whoever asks waits for the reply. */
const stays = () => {}
const STAYS = { hold: () => {}, whenOver: stays }

/** A client, main's end of its port, and what sends events to it. */
function start(t: ExecutionContext) {
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port1.close())
  const client = new ProbeClient(port2)
  const tell = (event: ProbeEvent, transfer: MessagePort[] = []) => port1.postMessage(event, transfer)
  const messages: ProbeMessage[] = []
  port1.on('message', (message: ProbeMessage) => messages.push(message))
  const requests = async () => {
    await waitUntil(() => messages.length > 0)
    const [message] = messages
    return message?.type === 'probes' ? message.requests : []
  }
  return { client, tell, requests, messages }
}

function request(deadline = monotonicMs() + 60_000): Omit<ProbeRequest, 'id'> {
  const parts = { module: 'http_2xx', target: 'a.example', hostname: '', url: 'http://a.example/' }
  return { ...parts, deadline, timeoutSeconds: 60, wantsLog: false }
}

test('of ten thousand probes at once, those that would wait too long are refused', async (t) => {
  const { client, tell, requests } = start(t)
  const made = Array.from({ length: 10_000 }, () => client.probe(request(), stays))
  const sent = await requests()
  t.is(sent.length, 2_048)
  const served = { modules: [MODULE], yaml: '' }
  const refused = await answerProbe(
    { probe: () => client.probe(request(), stays), served },
    { ...QUERY, target: 'a' },
    STAYS,
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
  void client.probe(request(), stays)
})

test('whoever asked for a probe and has gone leaves its place to others, and the poller is told', async (t) => {
  const { client, requests, messages } = start(t)
  const cancels: (() => void)[] = []
  const made = Array.from({ length: 2_048 }, () => client.probe(request(), (cancel) => cancels.push(cancel)))
  const ids = (await requests()).map(({ id }) => id)
  t.is(await client.probe(request(), stays), 'busy')
  for (const cancel of cancels) cancel()
  t.is((await Promise.all(made)).length, 2_048)
  const next = client.probe(request(), stays)
  await waitUntil(() => messages.length >= 3)
  t.deepEqual(
    messages.slice(1).map(({ type }) => type),
    ['probes', 'cancel'],
  )
  const [, , cancelled] = messages
  t.deepEqual(cancelled?.type === 'cancel' ? cancelled.ids : [], ids)

  // It has its reply by now: there is nothing to tell.
  cancels[0]?.()
  t.is(await Promise.race([next, Promise.resolve('pending')]), 'pending')
})

test('of a probe whose deadline has passed without a reply, the poller is told', async (t) => {
  const { client, requests, messages } = start(t)
  const late = client.probe(request(monotonicMs() - 10_000), stays)
  const [sent] = await requests()
  t.is(await late, 'lost')
  await waitUntil(() => messages.length === 2)
  t.deepEqual(messages[1], { type: 'cancel', ids: [sent?.id ?? -1] })
})

test('a probe whose poller is lost fails at once, and one without a reply after its deadline', async (t) => {
  const { client, tell, requests } = start(t)
  const lost = client.probe(request(), stays)
  const late = client.probe(request(monotonicMs() - 10_000), stays)
  const [first] = await requests()
  tell({ type: 'lost', ids: [first?.id ?? 0, 12_345] })
  t.deepEqual(await Promise.all([lost, late]), ['lost', 'lost'])

  // That says nothing of the target.
  const served = { modules: [MODULE], yaml: '' }
  const answer = await answerProbe(
    { probe: () => Promise.resolve('lost'), served },
    { ...QUERY, target: 'a.example' },
    STAYS,
  )
  const text = await answer.text()
  t.is(answer.status, 200)
  t.regex(text, /^probe_success 0$/m)
  t.regex(text, /^headcount_probe_local_fault 1$/m)
})
