import { setImmediate as turn } from 'node:timers/promises'
import type { Socket } from 'node:net'
import { createServer } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { nextDue } from '../../../src/schedule/next-due.ts'
import { recheckDeadline } from '../../../src/poll/verdict/recheck.ts'
import type { Verdict } from '../../../src/resource/resource.ts'
import { REASONS } from '../../../src/state/reasons.ts'
import type { Reason } from '../../../src/state/reasons.ts'
import type { State } from '../../../src/state/state.ts'
import { LOCAL_CAUSES } from '../../../src/state/local-causes.ts'
import { Authority, selfSigned } from '../../helpers/certificates.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import type { ScriptedAnswer } from '../../helpers/dns-server.ts'
import { freePort } from '../../helpers/free-port.ts'
import { seeded } from '../../helpers/random.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import type { Script } from '../../helpers/hostile-server.ts'
import { resource, TestPoller } from '../../helpers/test-poller.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

const options = { recheck: true, timeoutMs: 10_000, intervalMs: 60_000 }
const up = { verdict: 'up', errCount: 0, dueAt: 1_000 } as const

test('the reasons that get a second attempt', (t) => {
  const seen = REASONS.filter((reason) => recheckDeadline(up, reason, 1_000, 1_000, options) !== null)
  t.deepEqual(
    seen,
    'dns refused unreachable reset closed timeout tls protocol overflow'.split(' ') as Reason[],
  )
})

const lasts = test.macro(
  (t, { timeoutMs = 10_000, intervalMs = 60_000, began = 1_000, now = 1_000 }, expected: number | null) => {
    t.is(recheckDeadline(up, 'timeout', began, now, { recheck: true, timeoutMs, intervalMs }), expected)
  },
)
test('a second attempt gets a whole time-out', lasts, { now: 11_000 }, 21_000)
test('a second attempt ends with its slot', lasts, { intervalMs: 15_000, now: 11_000 }, 16_000)
test('a second attempt gets a second at least', lasts, { intervalMs: 11_000, now: 11_000 }, 12_000)
test(
  'with less than a second left there is no second attempt',
  lasts,
  { intervalMs: 10_999, now: 11_000 },
  null,
)
test('after the slot there is no second attempt', lasts, { intervalMs: 2_000, now: 11_000 }, null)
test(
  'with a short time-out, the time-out is enough',
  lasts,
  { timeoutMs: 300, intervalMs: 600, now: 1_300 },
  1_600,
)
test(
  'with a short time-out, a part of it is not enough',
  lasts,
  { timeoutMs: 300, intervalMs: 599, now: 1_300 },
  null,
)
test('a poll that began late does not get a longer slot', lasts, { began: 58_000, now: 58_100 }, 61_000)
test(
  'a poll that missed its slot gets the slot in which it began',
  lasts,
  { began: 122_000, now: 123_000 },
  133_000,
)

test('a second attempt ends by the slot for which main polls the URL next', (t) => {
  const random = seeded(1)
  for (let run = 0; run < 5_000; run++) {
    const intervalMs = 1 + random.below(20_000)
    const timeoutMs = 1 + random.below(20_000)
    const began = up.dueAt + random.below(3 * intervalMs)
    const now = began + random.below(timeoutMs)
    const until = recheckDeadline(up, 'timeout', began, now, { recheck: true, timeoutMs, intervalMs })
    if (until === null) continue
    const cadence = { intervalMs, errorBackoffMs: 0, maxBackoffMs: 0 }
    const next = (at: number) => nextDue(cadence, up.dueAt, { ...up, notBefore: 0 }, at)
    // What main says of a poll that has just begun.
    t.deepEqual(next(until), next(began + 1), JSON.stringify({ intervalMs, timeoutMs, began, now }))
  }
})

test('only a URL last seen up gets a second attempt', (t) => {
  const deserves = (verdict: Verdict, errCount: number, recheck = true) =>
    recheckDeadline({ verdict, errCount, dueAt: 0 }, 'reset', 0, 0, { ...options, recheck }) !== null
  t.true(deserves('up', 0))
  t.true(deserves('unknown', 0))
  t.false(deserves('unknown', 1))
  t.false(deserves('pending', 0))
  t.false(deserves('down', 1))
  t.false(deserves('up', 0, false))
})

/** A server that handles its first request with `does` and later ones with `then`. */
async function first(t: ExecutionContext, does: Script, then: Script): Promise<HostileServer> {
  let asked = 0
  const server = await HostileServer.start({
    twice: (socket, request) => (++asked === 1 ? does : then)(socket, request),
  })
  t.teardown(() => server.close())
  return server
}

const silent: Script = () => {}
const reset: Script = (socket) => void socket.resetAndDestroy()
const ok: Script = (socket) => void socket.end(OK)

/** Polls a URL that was up. */
async function pollUp(t: ExecutionContext, url: string, different: Partial<PollOptions> = {}) {
  const poller = new TestPoller(different)
  t.teardown(() => poller.close())
  return { state: await poller.poll(resource(url, { verdict: 'up' })) }
}

/** False if the thread was stalled on a busy machine: then the first attempt is unknown and there is no second one. */
function isJudged(t: ExecutionContext, state: State): boolean {
  if (state.verdict !== 'unknown') return true
  t.log(state.detail)
  t.true(state.detail.startsWith(LOCAL_CAUSES['thread-stalled'].text))
  return false
}

test('a URL that fails once and then answers is up', async (t) => {
  const server = await first(t, reset, ok)
  const { state } = await pollUp(t, server.url('twice'))
  if (!isJudged(t, state)) return
  t.deepEqual([state.verdict, state.rechecked, state.errCount, server.heads.length], ['up', true, 0, 2])
})

test('a URL that fails twice is down and counts one error', async (t) => {
  const server = await first(t, reset, reset)
  const { state } = await pollUp(t, server.url('twice'))
  if (!isJudged(t, state)) return
  t.deepEqual([state.verdict, state.rechecked, state.errCount, server.heads.length], ['down', true, 1, 2])
})

test('after a time-out the second attempt has a deadline of its own, and the phases of both are summed', async (t) => {
  const server = await first(t, silent, ok)
  const timeoutMs = 600
  const { state } = await pollUp(t, server.url('twice'), { timeoutMs })
  if (!isJudged(t, state)) return
  t.deepEqual([state.verdict, state.rechecked, server.heads.length], ['up', true, 2])
  // The first attempt took all of its time, most of it in phases, which depend on the machine: more than both attempts take of the
  // second one alone.
  const { dns, connect, tls, wait } = state.phasesMs
  const sum = dns + connect + tls + wait
  t.true(sum > timeoutMs / 2 && sum < state.durationMs + 1, JSON.stringify(state.phasesMs))
})

test('the connection of the first attempt does not stay open beside the second', async (t) => {
  let left: Socket | undefined
  const server = await first(
    t,
    (socket) => void (left = socket),
    (socket) => {
      // The two connections reach the server in any order: it answers the second when the first has ended, whichever it hears of first.
      if (left?.closed) socket.end(OK)
      else left?.once('close', () => socket.end(OK))
    },
  )
  const { state } = await pollUp(t, server.url('twice'), { timeoutMs: 600 })
  if (isJudged(t, state)) t.deepEqual([state.verdict, state.rechecked, server.connections], ['up', true, 2])
})

test('a second attempt does not use a kept connection', async (t) => {
  let asked = 0
  const waiting: Socket[] = []
  const server = await HostileServer.start({
    // Answers two requests at a time, so that there are two connections.
    both: (socket) => {
      if (waiting.push(socket) === 2) for (const one of waiting) one.write(OK)
    },
    twice: (socket) => void (++asked > 1 && socket.write(OK)),
  })
  t.teardown(() => server.close())
  const poller = new TestPoller({ keepAlive: true, timeoutMs: 600 })
  t.teardown(() => poller.close())
  await Promise.all([1, 2].map(() => poller.poll(server.url('both'))))
  poller.skip(100)
  const state = await poller.poll(resource(server.url('twice'), { verdict: 'up' }))
  if (isJudged(t, state)) t.deepEqual([state.verdict, state.rechecked, server.connections], ['up', true, 3])
})

test('if the second attempt times out, the reason is that of the first', async (t) => {
  const server = await first(t, reset, silent)
  const { state } = await pollUp(t, server.url('twice'))
  if (!isJudged(t, state)) return
  t.deepEqual([state.reason, state.rechecked, server.heads.length], ['reset', true, 2])
})

test('if the slot has no room for a second attempt, one failure makes the URL down', async (t) => {
  const server = await first(t, silent, ok)
  const { state } = await pollUp(t, server.url('twice'), { timeoutMs: 1_000, intervalMs: 1_500 })
  t.not(state.verdict, 'up')
  t.deepEqual([state.rechecked, server.heads.length], [false, 1])
})

test('no second attempt begins after a stop', async (t) => {
  const server = await first(t, silent, ok)
  const poller = new TestPoller({ timeoutMs: 600 })
  const polled = poller.poll(resource(server.url('twice'), { verdict: 'up' }))
  await turn()
  const stopped = poller.poller.stop()
  const state = await polled
  await stopped
  poller.poller.close()
  t.not(state.verdict, 'up')
  t.deepEqual([state.rechecked, server.heads.length], [false, 1])
})

test('stop waits for a second attempt in progress', async (t) => {
  const ended = Promise.withResolvers<void>()
  const poller = new TestPoller({ timeoutMs: 10_000 })
  const server = await first(t, reset, (socket) => {
    void poller.close().then(ended.resolve)
    socket.end(OK)
  })
  const state = await poller.poll(resource(server.url('twice'), { verdict: 'up' }))
  if (!isJudged(t, state)) return poller.close()
  await ended.promise
  t.deepEqual(poller.events, ['state', 'complete'])
  t.like(state, { verdict: 'up', rechecked: true })
})

for (const [path, again, requests] of [
  ['drip', true, 2],
  ['end-in-head', true, 2],
  ['ssh-banner', true, 2],
  ['head-too-large', true, 2],
  ['server-error', false, 1],
  ['not-found', false, 1],
  // A redirect to the same URL is followed twice.
  ['moved-to-itself', false, 3],
  ['moved-to-ftp', false, 1],
] as const) {
  test(`${path}: ${again ? 'two attempts' : 'one attempt'}`, async (t) => {
    const server = await HostileServer.start()
    t.teardown(() => server.close())
    const { state } = await pollUp(t, server.url(path), { getFallback: false })
    if (!isJudged(t, state)) return
    const { length } = server.heads.filter((head) => head.includes(`/${path} `))
    t.deepEqual([state.verdict, state.rechecked, length], ['down', again, requests])
  })
}

test('a certificate that is refused gets no second attempt', async (t) => {
  const authority = await Authority.create()
  const loopback = [{ type: 'ip', value: '127.0.0.1' } as const]
  const tls = { ca: authority.pem }
  for (const [pair, reason] of [
    [await authority.issue(loopback, -2, -1), 'tls-expired'],
    [await authority.issue(loopback, 1, 2), 'tls-not-yet-valid'],
    [await authority.issue([{ type: 'dns', value: 'a.example' }]), 'tls-hostname'],
    [await selfSigned(loopback), 'tls-untrusted'],
  ] as const) {
    const server = createServer(pair).on('tlsClientError', () => {})
    const secure = await HostileServer.start({}, server)
    t.teardown(() => secure.close())
    const { state } = await pollUp(t, `https://127.0.0.1:${secure.port}/ok`, { tls, timeoutMs: 10_000 })
    t.deepEqual([state.reason, state.rechecked, secure.connections], [reason, false, 1])
  }
})

test('refused: two attempts', async (t) => {
  const { state } = await pollUp(t, `http://127.0.0.1:${await freePort()}/`)
  t.deepEqual([state.reason, state.rechecked], ['refused', true])
})

for (const [failing, questions] of [
  ['NXDOMAIN', 2],
  // A name server that fails is asked again.
  ['SERVFAIL', 4],
] as const) {
  test(`a name that failed (${failing}) is looked up again, not taken from the cache`, async (t) => {
    const server = await HostileServer.start()
    t.teardown(() => server.close())
    const zone: Record<string, ScriptedAnswer> = { 'a.example': failing }
    const dns = await dnsServer(t, zone)
    const answers = ['A a.example', 'AAAA a.example'] as const
    const url = `http://a.example:${server.port}/ok`
    const poller = new TestPoller({ resolvers: [dns.address], timeoutMs: 10_000 })
    t.teardown(() => poller.close())
    const down = await poller.poll(resource(url, { verdict: 'up' }))
    t.deepEqual([down.reason, down.rechecked], ['dns', true])
    for (const question of answers) t.true(dns.count(question) >= questions)
    zone['a.example'] = { a: ['127.0.0.1'] }
    const again = await poller.poll(resource(url, { verdict: 'up' }))
    t.deepEqual([again.verdict, again.rechecked], ['up', true])
  })
}

test('silent name servers are a local fault: no second attempt', async (t) => {
  const dns = await dnsServer(t, { '.': 'silent', '*': 'silent' })
  const { state } = await pollUp(t, 'http://a.example/', { resolvers: [dns.address] })
  t.deepEqual([state.verdict, state.rechecked], ['unknown', false])
})

test.serial('a second attempt during which the thread was stalled is unknown', async (t) => {
  const pauses = { ms: 500, left: 6 }
  const server = await first(t, reset, () => {
    const timer = setInterval(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauses.ms)
      if (--pauses.left === 0) clearInterval(timer)
    }, 20)
  })
  // The second attempt has only the rest of the slot, and the stalls take most of it. They would be a small part of a whole timeout.
  const { state } = await pollUp(t, server.url('twice'), { timeoutMs: 20_000, intervalMs: 5_000 })
  t.deepEqual([state.verdict, state.reason, pauses.left], ['unknown', 'local', 0])
})
