import { MessageChannel } from 'node:worker_threads'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { ProbeDesk } from '../../../src/web/probe/probe-desk.ts'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { BUILT_IN_MODULE, DEFAULT_HTTP } from '../../../src/settings/probe-module.ts'
import type { HttpProbeRules, ProbeModule } from '../../../src/settings/probe-module.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { oauth2Key } from '../../../src/settings/oauth2-clients.ts'
import { parseProxySetting } from '../../../src/settings/proxy.ts'
import type { ProbeReply } from '../../../src/threads/probe-protocol.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { startProxy, tunnel } from '../../helpers/proxy-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

function httpModule(rules: Partial<HttpProbeRules>): ProbeModule {
  return { ...BUILT_IN_MODULE, rules: { ...DEFAULT_HTTP, ...rules } }
}

/** A desk with one module, and what has it make a probe. `poller`: polls go on beside probes. */
function start(t: ExecutionContext, rules: Partial<HttpProbeRules> = {}, options: Partial<PollOptions> = {}) {
  const poller = new TestPoller(options)
  t.teardown(() => poller.close())
  const desk = new ProbeDesk(poller.poller.probing)
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port2.close())
  const waiting = new Map<number, (reply: ProbeReply) => void>()
  port2.on('message', (replies: readonly ProbeReply[]) => {
    for (const reply of replies) waiting.get(reply.id)?.(reply)
  })
  desk.setPort(port1)
  desk.setModules([httpModule(rules)])
  let lastId = 0
  const ask = (url: string, deadline: number, wantsLog: boolean): Promise<ProbeReply> => {
    const id = ++lastId
    const { promise, resolve } = Promise.withResolvers<ProbeReply>()
    waiting.set(id, resolve)
    const parts = { module: 'http_2xx', target: url, hostname: '', timeoutSeconds: 10, wantsLog }
    desk.accept([{ id, url, deadline, ...parts }])
    return promise
  }
  const probe = async (url: string, deadline = monotonicMs() + 10_000) =>
    (await ask(url, deadline, false)).metrics
  const debug = async (url: string) => (await ask(url, monotonicMs() + 10_000, true)).log
  return { desk, poller, probe, debug, waiting, lastId: () => lastId }
}

/** The reasons that are 1, and whether the fault is on this side. */
function failureOf(metrics: string): string {
  const reason = /failure_reason\{reason="([a-z-]+)"\} 1/.exec(metrics)?.[1] ?? 'none'
  return `${reason}${/local_fault 1$/m.test(metrics) ? ', local' : ''}`
}

test('at most half of the polls in flight are probes, and polls of the list do not wait for them', async (t) => {
  const release = Promise.withResolvers<void>()
  const slow = await Promise.all(
    Array.from({ length: 8 }, () =>
      startOrigin(t, (_, response) => void release.promise.then(() => response.end())),
    ),
  )
  const listed = await startOrigin(t)
  const { poller, probe } = start(t, {}, { concurrency: 4 })
  const probes = slow.map(({ url }) => probe(`${url}/`))
  await Promise.race(slow.map((origin) => origin.requested('/')))
  t.is((await poller.pollWithoutStall(`${listed.url}/`)).verdict, 'up')
  t.true(slow.reduce((sum, { requestPaths }) => sum + requestPaths.length, 0) <= 2)
  release.resolve()
  for (const metrics of await Promise.all(probes)) t.regex(metrics, /^probe_success 1$/m)
})

test('at most half of the polls of an origin in flight are probes; its list and other origins go on', async (t) => {
  const release = Promise.withResolvers<void>()
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === '/slow') void release.promise.then(() => response.end())
    else response.end()
  })
  const other = await startOrigin(t)
  const { poller, probe } = start(t, {}, { hostConcurrency: 4 })
  const probes = Array.from({ length: 12 }, () => probe(`${origin.url}/slow`))
  await origin.requested('/slow')
  t.regex(await probe(`${other.url}/`), /^probe_success 1$/m)
  t.is((await poller.pollWithoutStall(`${origin.url}/`)).verdict, 'up')
  t.true(origin.requestPaths.filter((path) => path === '/slow').length <= 2)
  release.resolve()
  for (const metrics of await Promise.all(probes)) t.regex(metrics, /^probe_success 1$/m)
})

test('a thread that stands still extends the deadline of no probe: nobody would get its reply', async (t) => {
  const origin = await startOrigin(t, () => {})
  const { poller, probe } = start(t)
  const asked = probe(`${origin.url}/`, monotonicMs() + 600_000)
  await origin.requested('/')
  poller.skip(600_001)
  const metrics = await asked
  t.regex(metrics, /^probe_http_redirects 0$/m)
  t.is(failureOf(metrics), 'local, local')
})

test('a probe is no State, and obeys --deny-private', async (t) => {
  const origin = await startOrigin(t)
  const { poller, probe } = start(t, {}, { denyPrivate: true })
  t.is(failureOf(await probe(`${origin.url}/`)), 'policy')
  t.deepEqual(origin.requestPaths, [])
  t.deepEqual(poller.events, [])
})

test('a probe that could not be made says nothing of its target', async (t) => {
  const { desk, probe } = start(t, { body: { file: '/body' } })
  t.is(failureOf(await probe('http://127.0.0.1:1/', monotonicMs() - 1)), 'local, local')
  desk.setModules([])
  t.is(failureOf(await probe('http://127.0.0.1:1/')), 'local, local')
})

test('a module whose file can not be read makes no request', async (t) => {
  const origin = await startOrigin(t)
  const { poller, probe } = start(t, { body: { file: '/body' }, method: 'POST' })
  poller.poller.setFiles([['/body', Buffer.alloc(0), '/body: not found']])
  t.is(failureOf(await probe(`${origin.url}/`)), 'local, local')
  t.deepEqual(origin.requestPaths, [])
  poller.poller.setFiles([['/body', Buffer.from('a=b'), '']])
  t.is(failureOf(await probe(`${origin.url}/`)), 'none')
})

test('a proxy gets the headers that a module has for it', async (t) => {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, (socket) => tunnel(socket, origin.port, 'HTTP/1.1 200 OK\r\n\r\n'))
  const { probe } = start(t, {
    proxy: parseProxySetting(`http://127.0.0.1:${proxy.port}`),
    proxyHeaders: [['X-Way', 'one']],
    tls: { ...DEFAULT_HTTP.tls, insecure: true },
  })
  // What follows CONNECT is TLS, which this origin does not speak.
  await probe(`https://127.0.0.1:${origin.port}/`)
  t.regex(proxy.asked[0] ?? '', /^CONNECT 127\.0\.0\.1:\d+ HTTP\/1\.1\r\n(?:.*\r\n)*X-Way: one\r\n/)
})

test('probes that nobody waits for end: those in flight are closed, the others are not made', async (t) => {
  const closed: string[] = []
  const origin = await startOrigin(t, (request, response) => {
    const { url = '' } = request
    if (url === '/up') response.end()
    else response.once('close', () => closed.push(url))
  })
  const { desk, poller, probe, lastId } = start(t, {}, { hostConcurrency: 4 })
  const answered: string[] = []
  const first = lastId() + 1
  const given = ['/1', '/2', '/3', '/4', '/5'].map((path) =>
    probe(origin.url + path, monotonicMs() + 600_000).then(() => answered.push(path)),
  )
  await origin.requested('/2')
  desk.cancel([...given.keys(), 99].map((n) => first + n))
  t.regex(await probe(`${origin.url}/up`), /^probe_success 1$/m)
  await waitUntil(() => closed.length === 2)
  t.deepEqual(origin.requestPaths, ['/1', '/2', '/up'])
  t.deepEqual(answered, [])
  // Their ends say nothing of the network.
  t.deepEqual(poller.events, [])
  t.is((await poller.pollWithoutStall(`${origin.url}/up`)).verdict, 'up')
})

test('debug hides a token that comes while a probe is made, and the one before it', async (t) => {
  const { poller, debug } = start(t, { auth: { type: 'oauth2', client: 'shop' } })
  const token = poller.poller.probing.prober.values.of(oauth2Key('shop'))
  token.set(Buffer.from('FORMER-TOKEN'), '')
  const origin = await startOrigin(t, ({ url, headers }, response) => {
    if (url === '/') token.set(Buffer.from('OTHER-TOKEN'), '')
    const sent = (headers.authorization ?? '').replace('Bearer ', '')
    const location = url === '/' ? `/next?t=${sent}` : `/last?t=${sent}`
    if (url?.startsWith('/last') === true) response.end()
    else response.writeHead(302, { location }).end()
  })
  const log = await debug(`${origin.url}/`)
  t.deepEqual(origin.requestPaths, ['/', '/next?t=FORMER-TOKEN', '/last?t=OTHER-TOKEN'])
  t.regex(log, /location="\/last\?t=\*\*\*"/)
  t.notRegex(log, /TOKEN/)
})

test('a new web thread gets no replies to the probes of the one before, which has counted as it does', async (t) => {
  const release = Promise.withResolvers<void>()
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === '/old') void release.promise.then(() => response.end())
    else response.end('new')
  })
  const { desk, probe, lastId } = start(t)
  void probe(`${origin.url}/old`)
  await origin.requested('/old')
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port2.close())
  const replies: ProbeReply[] = []
  port2.on('message', (some: readonly ProbeReply[]) => replies.push(...some))
  desk.setPort(port1)
  release.resolve()
  const parts = { module: 'http_2xx', hostname: '', timeoutSeconds: 10, wantsLog: false }
  const url = `${origin.url}/new`
  desk.accept([{ id: lastId(), url, target: url, deadline: monotonicMs() + 10_000, ...parts }])
  await waitUntil(() => replies.length > 0)
  t.is(replies.length, 1)
  t.regex(replies[0]?.metrics ?? '', /^probe_http_uncompressed_body_length 3$/m)
})

test('a bug where an answer is judged says nothing of the target, and ends no other probe', async (t) => {
  const origin = await startOrigin(t)
  const { poller, probe } = start(t)
  const { stalls } = poller.poller.probing
  stalls.longestSince = () => {
    Reflect.deleteProperty(stalls, 'longestSince')
    throw new TypeError('a defect')
  }
  t.is(failureOf(await probe(`${origin.url}/`)), 'local, local')
  t.is(failureOf(await probe(`${origin.url}/`)), 'none')
  t.is(poller.poller.inFlight, 0)
})
