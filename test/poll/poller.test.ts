import { setImmediate as turn } from 'node:timers/promises'
import test from 'ava'
import { freePort } from '../helpers/free-port.ts'
import { HostileServer } from '../helpers/hostile-server.ts'
import type { Script } from '../helpers/hostile-server.ts'
import { pollOnce, resource, TestPoller } from '../helpers/test-poller.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

/** A server that answers after a while and counts the requests that it has at the same time. */
function slow(ms: number): { readonly script: Script; most: number } {
  let now = 0
  const counter = {
    most: 0,
    script: (socket: Parameters<Script>[0]) => {
      counter.most = Math.max(counter.most, ++now)
      setTimeout(() => {
        now--
        socket.end(OK)
      }, ms)
    },
  }
  return counter
}

test('at most hostConcurrency polls of an origin at a time', async (t) => {
  const counter = slow(20)
  const server = await HostileServer.start({ slow: counter.script })
  t.teardown(() => server.close())
  const poller = new TestPoller({ hostConcurrency: 3, timeoutMs: 10_000 })
  const states = await Promise.all(Array.from({ length: 30 }, () => poller.poll(server.url('slow'))))
  t.true(states.every(({ verdict }) => verdict === 'up'))
  t.is(counter.most, 3)
  t.is(poller.poller.waiting, 0)
  await poller.close()
})

test('at most concurrency polls at a time', async (t) => {
  const counter = slow(20)
  const servers = await Promise.all(
    Array.from({ length: 6 }, () => HostileServer.start({ slow: counter.script })),
  )
  t.teardown(() => Promise.all(servers.map((server) => server.close())))
  const poller = new TestPoller({ concurrency: 4, timeoutMs: 10_000 })
  await Promise.all(servers.flatMap((server) => [1, 2, 3].map(() => poller.poll(server.url('slow')))))
  t.is(counter.most, 4)
  await poller.close()
})

test('an origin that hangs does not hold up the others', async (t) => {
  const order: string[] = []
  const server = await HostileServer.start()
  const other = await HostileServer.start()
  t.teardown(() => Promise.all([server.close(), other.close()]))
  const poller = new TestPoller({ hostConcurrency: 2, timeoutMs: 2_000 })
  const hung = Array.from({ length: 4 }, () =>
    poller.poll(server.url('silent')).then(() => order.push('silent')),
  )
  await poller.poll(other.url('ok')).then(() => order.push('ok'))
  await Promise.all(hung)
  t.is(order[0], 'ok')
  await poller.close()
})

test('a few polls begin in each turn of the event loop, up to the concurrency', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller({ concurrency: 200, hostConcurrency: 1_000, timeoutMs: 2_000 })
  poller.poller.accept(Array.from({ length: 500 }, () => resource(server.url('silent'))))
  // The poller may miss a turn of a busy event loop.
  const inFlight = new Set<number>()
  while (!inFlight.has(200)) {
    await turn()
    inFlight.add(poller.poller.inFlight)
  }
  t.deepEqual(
    [...inFlight].filter((polls) => polls > 0),
    [32, 64, 96, 128, 160, 192, 200],
  )
  await turn()
  t.is(poller.poller.inFlight, 200)
  await poller.close()
})

test('state() is called before complete()', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller()
  await Promise.all(Array.from({ length: 10 }, () => poller.poll(server.url('ok'))))
  t.deepEqual(poller.events.slice(0, 2), ['state', 'complete'])
  t.is(poller.events.length, 20)
  await poller.close()
})

test('stop() completes waiting Resources unchanged at once and waits for polls in flight', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller({ hostConcurrency: 1, timeoutMs: 300 })
  const waiting = [1, 2, 3].map(() => resource(server.url('silent'), { verdict: 'up', errCount: 0 }))
  poller.poller.accept([...waiting])
  await turn()
  t.deepEqual([poller.poller.inFlight, poller.poller.waiting], [1, 2])
  const stopped = poller.poller.stop()
  t.deepEqual(poller.events, ['complete', 'complete'])
  t.deepEqual(waiting.map(({ verdict }) => verdict).slice(1), ['up', 'up'])
  await stopped
  t.deepEqual(poller.events, ['complete', 'complete', 'state', 'complete'])
  t.is(poller.poller.inFlight, 0)
  poller.poller.accept([resource(server.url('ok'))])
  t.deepEqual(poller.events.slice(-1), ['complete'])
  poller.poller.close()
})

test('errCount counts polls without a valid answer, and any status resets it', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller()
  const polled = async (path: string, errCount: number) => {
    const given = resource(server.url(path), { errCount })
    await poller.poll(given)
    return given.errCount
  }
  t.is(await polled('reset-at-once', 2), 3)
  t.is(await polled('not-found', 2), 0)
  t.is(await polled('moved-to-itself', 2), 0)
  t.is(await polled('ok', 2), 0)
  await poller.close()
})

for (const [status, postpones] of [
  ['503 Busy', true],
  ['429 Too Many Requests', true],
  ['500 Internal Server Error', false],
  ['200 OK', false],
] as const) {
  test(`Retry-After with ${status} ${postpones ? 'postpones the next poll' : 'changes nothing'}`, async (t) => {
    const server = await HostileServer.start({
      asks: (socket) => void socket.end(`HTTP/1.1 ${status}\r\nRetry-After: 60\r\n\r\n`),
    })
    t.teardown(() => server.close())
    const given = resource(server.url('asks'), { notBefore: 5 })
    const before = given.dueAt
    await pollOnce(given)
    t.is(given.notBefore >= before + 60_000, postpones)
    if (!postpones) t.is(given.notBefore, 0)
  })
}

test('one deadline covers all redirects', async (t) => {
  const server = await HostileServer.start({
    again: (socket, { head }) => {
      const step = Number(/\?(\d+)/.exec(head)?.[1] ?? 0)
      setTimeout(() => socket.end(`HTTP/1.1 302 Found\r\nLocation: /again?${step + 1}\r\n\r\n`), 200)
    },
  })
  t.teardown(() => server.close())
  const poller = new TestPoller({ timeoutMs: 900, maxRedirects: 100 })
  const state = await poller.pollWithoutStall(server.url('again'))
  t.deepEqual([state.reason, state.redirects > 0], ['timeout', true])
  await poller.close()
})

test('a bug in headcount does not make the URL down, and the poller goes on', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller({ concurrency: 1 })
  const broken = resource(server.url('ok'), { errCount: 2 })
  Object.defineProperty(broken, 'headRefusedUntil', {
    get() {
      throw new TypeError('a defect')
    },
  })
  const state = await poller.poll(broken)
  t.like(state, { verdict: 'unknown', reason: 'local', errCount: 2, rechecked: false })
  t.regex(state.detail, /TypeError: a defect/)
  t.is((await poller.poll(server.url('ok'))).verdict, 'up')
  t.is(poller.poller.inFlight, 0)
  await poller.close()
})

test('a bug where a failure is judged does not end the poller either', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller({ concurrency: 1 })
  const broken = resource(`http://me:secret@127.0.0.1:${await freePort()}/`, { errCount: 2 })
  Object.defineProperty(broken, 'verdict', {
    configurable: true,
    get() {
      Object.defineProperty(broken, 'verdict', { value: 'up', writable: true })
      throw new TypeError('a defect with a secret')
    },
  })
  const state = await poller.poll(broken)
  t.like(state, { verdict: 'unknown', reason: 'local', errCount: 2, rechecked: false, url: broken.url })
  t.is(state.detail, 'an error that headcount does not know: TypeError: a defect with a ***')
  t.is(broken.verdict, 'unknown')
  t.is((await poller.poll(server.url('ok'))).verdict, 'up')
  t.is(poller.poller.inFlight, 0)
  await poller.close()
})

test('credentials appear only in the URL of a State, and a failed poll makes no notice', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller()
  const state = await poller.poll(server.url('not-found').replace('//', '//user:secret@'))
  await poller.close()
  t.false(JSON.stringify({ ...state, url: '' }).includes('secret'))
  t.deepEqual(poller.notices, [])
})

test('an address that is not public is refused before anything is sent', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const given = resource(server.url('ok'), { verdict: 'up' })
  const state = await pollOnce(given, { denyPrivate: true })
  t.deepEqual([state.verdict, state.reason, state.rechecked, given.errCount], ['down', 'policy', false, 1])
  t.is(server.connections, 0)
})
