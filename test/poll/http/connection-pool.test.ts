import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { ConnectionPool } from '../../../src/poll/http/connection-pool.ts'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { Attempt } from '../../../src/poll/attempt/attempt.ts'
import { Http1Exchange } from '../../../src/poll/http/http1-exchange.ts'
import type { Method } from '../../../src/state/state.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { pausingProbes } from '../../helpers/pausing-probes.ts'
import { resource, TestPoller } from '../../helpers/test-poller.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

const HINT = '\r\nKeep-Alive: timeout=60\r\nConnection: keep-alive\r\n\r\n'

/** Longer than a connection is not reused after its first response, in ms. */
const COOLED_MS = 120

test('one connection serves poll after poll', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller({ keepAlive: true })
  t.teardown(() => poller.close())
  await poller.pollWithoutStall(server.url('ok-open'))
  poller.skip(COOLED_MS)
  for (let more = 0; more < 20; more++) {
    const state = await poller.pollWithoutStall(server.url('ok-open'))
    t.deepEqual([state.verdict, state.address, state.httpVersion], ['up', '127.0.0.1', '1.1'])
    t.deepEqual([state.phasesMs.connect, state.phasesMs.dns], [0, 0])
  }
  t.is(server.connections, 1)
  t.regex(server.heads[0] ?? '', /^connection: keep-alive\r$/m)
})

test('a Keep-Alive hint of the server closes the connection in time', async (t) => {
  const hint = HINT.replace('60', '2')
  const server = await HostileServer.start({
    hinted: (socket) => void socket.write(OK.replace('\r\n\r\n', hint)),
  })
  t.teardown(() => server.close())
  const poller = new TestPoller({ keepAlive: true })
  t.teardown(() => poller.close())
  await poller.pollWithoutStall(server.url('hinted'))
  await waitUntil(() => server.open === 0)
  await poller.pollWithoutStall(server.url('hinted'))
  t.is(server.connections, 2)
})

test('a connection is kept for a minute if the server names no limit', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller({ keepAlive: true })
  t.teardown(() => poller.close())
  await poller.pollWithoutStall(server.url('ok-open'))
  poller.skip(60_000)
  await poller.pollWithoutStall(server.url('ok-open'))
  t.is(server.connections, 1)
})

test('without keep-alive each poll opens a connection', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const poller = new TestPoller()
  t.teardown(() => poller.close())
  for (let more = 0; more < 3; more++) await poller.pollWithoutStall(server.url('ok-open'))
  t.is(server.connections, 3)
  t.regex(server.heads[0] ?? '', /^connection: close\r$/m)
})

test('a body after a response to HEAD is never taken for the response to the next poll', async (t) => {
  const server = await HostileServer.start({
    liar: (socket) =>
      void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 45\r\n\r\nHTTP/1.1 500 Stale\r\n\r\n`),
    'slow-liar': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 45\r\n\r\n')
      setTimeout(() => socket.write('HTTP/1.1 500 Stale\r\nContent-Length: 0\r\n\r\n'), 10)
    },
  })
  t.teardown(() => server.close())
  for (const path of ['liar', 'slow-liar']) {
    const poller = new TestPoller({ keepAlive: true })
    for (let more = 0; more < 10; more++) {
      t.is((await poller.pollWithoutStall(server.url(path))).status, 200)
      if (more % 2 === 0) continue
      // The late body closes the idle connection.
      await waitUntil(() => server.open === 0)
      poller.skip(COOLED_MS)
    }
    await poller.close()
  }
  t.is(server.connections, 20)
})

test.serial('one URL that sends a body after HEAD does not disturb the others of its origin', async (t) => {
  const server = await HostileServer.start({
    good: (socket) => void socket.write(OK),
    liar: (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 45\r\n\r\n')
      setTimeout(() => socket.write('HTTP/1.1 500 Stale\r\nContent-Length: 0\r\n\r\n'), 1)
    },
  })
  t.teardown(() => server.close())
  const poller = new TestPoller({ keepAlive: true })
  t.teardown(() => poller.close())
  await poller.pollWithoutStall(server.url('good'))
  poller.skip(COOLED_MS)
  for (let more = 0; more < 20; more++) {
    t.is((await poller.pollWithoutStall(server.url('good'))).status, 200)
    t.is((await poller.pollWithoutStall(server.url('liar'))).status, 200)
    t.is((await poller.pollWithoutStall(server.url('good'))).status, 200)
    // The late body has closed its connection.
    await waitUntil(() => server.open <= 1)
    poller.skip(COOLED_MS)
  }
})

test('a kept connection that the server closes as it is reused does not make the URL down', async (t) => {
  let served = 0
  const server = await HostileServer.start({
    // The first request on each connection is answered; the second one finds it closed or reset.
    once: (socket) => {
      served++
      if (socket.bytesWritten > 0) socket.resetAndDestroy()
      else socket.write(OK)
    },
  })
  t.teardown(() => server.close())
  const poller = new TestPoller({ keepAlive: true })
  t.teardown(() => poller.close())
  for (let more = 0; more < 4; more++) {
    const state = await poller.poll(resource(server.url('once'), { verdict: 'up' }))
    t.deepEqual([state.verdict, state.rechecked], ['up', false])
    poller.skip(COOLED_MS)
  }
  t.is(served, 7)
})

test('where HEAD is refused, one connection serves both methods', async (t) => {
  const methods: string[] = []
  const server = await HostileServer.start({
    refused: (socket, { method }) => {
      methods.push(method)
      socket.write(method === 'HEAD' ? OK.replace('200', '405') : OK.replace('0\r\n\r\n', '2\r\n\r\nok'))
    },
  })
  t.teardown(() => server.close())
  const probe = pausingProbes(t, COOLED_MS)
  const one = resource(server.url('refused'))
  for (let more = 0; more < 3; more++) {
    const { outcome, method } = await probe(one)
    t.like(outcome, { status: 200 })
    t.is(method, 'GET')
  }
  t.deepEqual(methods, ['HEAD', 'GET', 'GET', 'GET'])
  // The first one cools down while the GET is sent.
  t.is(server.connections, 2)
})

test('a connection that closes while idle is not reused', async (t) => {
  const server = await HostileServer.start({
    brief: (socket) => {
      socket.write(OK)
      setTimeout(() => socket.end(), 10)
    },
  })
  t.teardown(() => server.close())
  const poller = new TestPoller({ keepAlive: true })
  t.teardown(() => poller.close())
  for (let more = 0; more < 3; more++) {
    t.is((await poller.pollWithoutStall(server.url('brief'))).verdict, 'up')
    await waitUntil(() => server.open === 0)
  }
  t.is(server.connections, server.heads.length)
})

test('the pool drops a connection when it closes', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  const connections = new ConnectionPool(8, monotonicMs)
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  const exchange = new Http1Exchange('http://127.0.0.1', socket, true)
  await exchange.send(new Attempt(monotonicMs() + 5_000, monotonicMs), {
    method: 'HEAD',
    path: '/ok-open',
    headers: [],
  })
  const known = { address: '127.0.0.1', tls: null, openedAt: monotonicMs(), usableFrom: 0 }
  connections.release({ key: 'http://127.0.0.1', exchange, ...known })
  t.is(connections.size, 1)
  t.is(connections.acquire('http://127.0.0.1'), null, 'it cools down')
  socket.destroy()
  await once(socket, 'close')
  t.is(connections.size, 0)
})

test('a connection is used for ten minutes, then closed', async (t) => {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  let now = 0
  const connections = new ConnectionPool(8, () => now)
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  const exchange = new Http1Exchange('http://127.0.0.1', socket, true)
  const attempt = new Attempt(5_000, () => now)
  await exchange.send(attempt, { method: 'HEAD', path: '/ok-open', headers: [] })
  const connection = { key: 'a', exchange, address: '127.0.0.1', tls: null, openedAt: 0, usableFrom: 0 }
  connections.release(connection)
  now = 599_999
  t.is(connections.acquire('a'), connection)
  connections.release(connection)
  now = 600_000
  t.is(connections.acquire('a'), null)
  t.true(socket.destroyed)
  t.is(connections.size, 0)
})

test('at most keptConnections idle connections are kept', async (t) => {
  const servers = await Promise.all(Array.from({ length: 5 }, () => HostileServer.start()))
  t.teardown(() => Promise.all(servers.map((server) => server.close())))
  const poller = new TestPoller({ keepAlive: true, keptConnections: 2 })
  await Promise.all(servers.map((server) => poller.pollWithoutStall(server.url('ok-open'))))
  const open = () => servers.reduce((sum, server) => sum + server.open, 0)
  await waitUntil(() => open() <= 2)
  poller.skip(COOLED_MS)
  t.is(open(), 2)
  await poller.close()
  await t.notThrowsAsync(waitUntil(() => open() === 0))
})

/** Returns a probe of a URL that resolves with the status or the reason. The clock moves on by 10 s before each: every connection has cooled down. */
function rareProbes(t: ExecutionContext, method: Method): (url: string) => Promise<number | string> {
  const probe = pausingProbes(t, 10_000, { getFallback: false, method })
  return async (url) => {
    const { outcome } = await probe(resource(url))
    return isFailure(outcome) ? outcome.reason : outcome.status
  }
}

for (const method of ['HEAD', 'GET'] as const) {
  test(`a 408 on a reused connection is retried on a fresh one, ${method}`, async (t) => {
    const used = new Set<Socket>()
    const server = await HostileServer.start({
      // As HAProxy does when a connection was idle for too long, while the next request is on its way.
      impatient: (socket) => {
        if (used.has(socket)) socket.end('HTTP/1.1 408 Request Time-out\r\nConnection: close\r\n\r\n')
        else socket.write(OK)
        used.add(socket)
      },
      always: (socket) => void socket.end('HTTP/1.1 408 Request Time-out\r\n\r\n'),
    })
    t.teardown(() => server.close())
    const probe = rareProbes(t, method)
    for (let more = 0; more < 4; more++) t.is(await probe(server.url('impatient')), 200)
    t.is(server.connections, 4)
    t.is(server.heads.length, 7)
    // On a fresh connection it is the response.
    t.is(await probe(server.url('always')), 408)
    t.is(server.connections, 5)
    t.is(server.heads.length, 9)
  })

  test(`a connection on which data arrives while idle is not reused, ${method}`, async (t) => {
    const server = await HostileServer.start({
      page: (socket) => void socket.write(OK.replace('200 OK', '500 Oops')),
    })
    t.teardown(() => server.close())
    const probe = rareProbes(t, method)
    for (let more = 1; more <= 3; more++) {
      t.is(await probe(server.url('page')), 500)
      t.is(server.connections, more)
      await server.sendUnsolicited(OK)
    }
  })

  test(`after a malformed response that was accepted the connection is not reused, ${method}`, async (t) => {
    const server = await HostileServer.start({
      odd: (socket) => void socket.write('HTTP/1.1 200 OK\nContent-Length: 0\n\n'),
      'odd-hints': (socket) => void socket.write(`HTTP/1.1 103 Early Hints\n\n${OK}`),
      plain: (socket) => void socket.write(OK),
    })
    t.teardown(() => server.close())
    const probe = rareProbes(t, method)
    for (const path of ['odd', 'odd', 'odd-hints', 'plain', 'plain']) t.is(await probe(server.url(path)), 200)
    t.is(server.connections, 4)
  })
}

/** Data of an earlier response that arrives late, before the response to the current request, and must not be taken for it. */
const LATE = [
  'ab',
  'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
  'HTTP/1.1 408 Request Time-out\r\nConnection: close\r\n\r\n',
  '\r\n',
  '0\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\n\r\n',
]
for (const [index, late] of LATE.entries()) {
  for (const method of ['HEAD', 'GET'] as const) {
    test(`late bytes before a response are never taken for it, ${index}, ${method}`, async (t) => {
      const oops = OK.replace('200 OK', '500 Oops')
      const used = new Set<Socket>()
      const server = await HostileServer.start({
        late: (socket) => {
          socket.write(used.has(socket) ? late + oops : oops)
          used.add(socket)
        },
      })
      t.teardown(() => server.close())
      const probe = rareProbes(t, method)
      for (let more = 0; more < 4; more++) t.is(await probe(server.url('late')), 500)
      t.is(server.connections, 4)
    })
  }
}

test('after a response to HEAD that announces a body, the connection is not reused for a second', async (t) => {
  const server = await HostileServer.start({
    page: (socket, { method }) =>
      void socket.write(OK.replace(': 0', ': 2') + (method === 'GET' ? 'ok' : '')),
    empty: (socket) => void socket.write(OK),
  })
  t.teardown(() => server.close())
  let now = 1
  const connections = new ConnectionPool(8, () => now)
  t.teardown(() => connections.close())
  const socket = connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  const exchange = new Http1Exchange('http://127.0.0.1', socket, true)
  const connection = { key: 'a', exchange, address: '127.0.0.1', tls: null, openedAt: 0, usableFrom: 0 }
  const cooldownMs = async (method: Method, path: string) => {
    await exchange.send(new Attempt(Infinity, () => now), { method, path, headers: [] })
    connections.release(connection)
    const ms = Math.max(0, connection.usableFrom - now)
    now += ms - 1
    if (ms > 0) t.is(connections.acquire('a'), null)
    now += 1
    t.is(connections.acquire('a'), connection)
    return ms
  }
  t.is(await cooldownMs('HEAD', '/empty'), 50)
  t.is(await cooldownMs('HEAD', '/empty'), 0)
  t.is(await cooldownMs('HEAD', '/page'), 1_000)
  t.is(await cooldownMs('GET', '/page'), 0)
  t.is(await cooldownMs('HEAD', '/page'), 1_000)
})
