import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Hostile } from '../helpers/hostile.ts'
import type { Script } from '../helpers/hostile.ts'
import { pollOnce, resource, TestPoller } from '../helpers/poll.ts'
import { until } from '../helpers/until.ts'

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

async function start(t: ExecutionContext, scripts?: Readonly<Record<string, Script>>): Promise<Hostile> {
  const server = await Hostile.start(scripts)
  t.teardown(() => server.close())
  return server
}

/** `HEAD /path` of each request. */
const asked = ({ heads }: Hostile) => heads.map((head) => head.split(' ').slice(0, 2).join(' '))

test('HEAD refused: GET of the same URL, and it is remembered for a while', async (t) => {
  const server = await start(t)
  const poller = new TestPoller()
  const given = resource(server.url('head-405?a=b'))
  t.like(await poller.poll(given), { verdict: 'up', method: 'GET', rechecked: false })
  t.true(given.headRefusedUntil > given.dueAt)
  t.like(await poller.poll(given), { verdict: 'up', method: 'GET' })
  t.deepEqual(asked(server), ['HEAD /head-405?a=b', 'GET /head-405?a=b', 'GET /head-405?a=b'])
  given.headRefusedUntil = 1
  await poller.poll(given)
  t.deepEqual(asked(server).slice(3), ['HEAD /head-405?a=b', 'GET /head-405?a=b'])
  await poller.close()
})

test('501 is a refusal too, and the answer to GET is the verdict', async (t) => {
  const server = await start(t)
  t.like(await pollOnce(server.url('head-501')), { verdict: 'down', reason: 'status', status: 503 })
})

test('--no-get-fallback: a refused HEAD is the answer, whatever was remembered before', async (t) => {
  const server = await start(t)
  for (const headRefusedUntil of [0, Number.MAX_SAFE_INTEGER]) {
    const state = await pollOnce(resource(server.url('head-405'), { headRefusedUntil }), {
      getFallback: false,
    })
    t.like(state, { verdict: 'down', status: 405, method: 'HEAD' })
  }
})

test('what refuses GET too remembers nothing', async (t) => {
  const server = await start(t)
  const given = resource(server.url('all-405'))
  t.like(await pollOnce(given), { status: 405, method: 'GET' })
  t.is(given.headRefusedUntil, 0)
})

test('what is asked with GET and refuses that by now is asked with HEAD next', async (t) => {
  const server = await start(t, {
    'get-405': (socket, { method }) =>
      void socket.end(method === 'GET' ? 'HTTP/1.1 405 Method Not Allowed\r\n\r\n' : OK),
  })
  const given = resource(server.url('get-405'), { headRefusedUntil: Number.MAX_SAFE_INTEGER })
  t.is((await pollOnce(given)).status, 405)
  t.like(await pollOnce(given), { verdict: 'up', method: 'HEAD' })
})

test('only a refusal is remembered, and GET in the time after prolongs nothing', async (t) => {
  const server = await start(t)
  for (const headRefusedUntil of [0, 1e15]) {
    const given = resource(server.url('ok'), { headRefusedUntil })
    t.is((await pollOnce(given)).verdict, 'up')
    t.is(given.headRefusedUntil, headRefusedUntil)
  }
})

test('nothing is remembered of a GET that brings no answer', async (t) => {
  const server = await start(t, {
    'get-dies': (socket, { method }) =>
      void (method === 'GET'
        ? socket.resetAndDestroy()
        : socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n')),
  })
  const given = resource(server.url('get-dies'))
  t.like(await pollOnce(given), { reason: 'reset', method: 'GET' })
  t.is(given.headRefusedUntil, 0)
})

test('behind a redirect GET begins where HEAD was refused', async (t) => {
  const server = await start(t, {
    moved: (socket) => void socket.end('HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n'),
    there: (socket, { method }) =>
      void socket.end(method === 'HEAD' ? 'HTTP/1.1 405 Method Not Allowed\r\n\r\n' : OK),
  })
  t.like(await pollOnce(server.url('moved')), { verdict: 'up', redirects: 1 })
  t.deepEqual(asked(server), ['HEAD /moved', 'HEAD /there', 'GET /there'])
})

for (const keepAlive of [false, true]) {
  test(`GET is answered as soon as the head is in, and the connection closed (keepAlive ${keepAlive})`, async (t) => {
    const server = await start(t, {
      'never-ends': (socket, { method }) => {
        if (method === 'HEAD')
          return void socket.write('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n')
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
      },
    })
    const poller = new TestPoller({ keepAlive, timeoutMs: 10_000 })
    t.teardown(() => poller.close())
    const state = await poller.poll(server.url('never-ends'))
    t.like(state, { verdict: 'up', method: 'GET' })
    // That of HEAD may be kept.
    await until(() => server.open === (keepAlive ? 1 : 0))
    t.is(server.connections, 2)
  })
}
