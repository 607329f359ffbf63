import test from 'ava'
import type { ExecutionContext } from 'ava'
import { GetFallback } from '../../../src/poll/verdict/get-fallback.ts'
import type { Url } from '../../../src/resource/resource.ts'
import { freePort } from '../../helpers/free-port.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import type { Script } from '../../helpers/hostile-server.ts'
import { pausingProbes } from '../../helpers/pausing-probes.ts'
import { pollOnce, resource, TestPoller } from '../../helpers/test-poller.ts'
import { seeded } from '../../helpers/random.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

/** A deadline that a busy machine does not reach. */
const PATIENT = { timeoutMs: 20_000 }

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'

async function start(
  t: ExecutionContext,
  scripts?: Readonly<Record<string, Script>>,
): Promise<HostileServer> {
  const server = await HostileServer.start(scripts)
  t.teardown(() => server.close())
  return server
}

/** `HEAD /path` of each request. */
const requestsOf = ({ heads }: HostileServer) => heads.map((head) => head.split(' ').slice(0, 2).join(' '))

test('a refused HEAD is followed by GET, which later polls use for a while', async (t) => {
  const server = await start(t)
  const poller = new TestPoller(PATIENT)
  const given = resource(server.url('head-405?a=b'))
  t.like(await poller.poll(given), { verdict: 'up', method: 'GET', rechecked: false })
  t.true(given.headRefusedUntil > given.dueAt)
  t.like(await poller.poll(given), { verdict: 'up', method: 'GET' })
  t.deepEqual(requestsOf(server), ['HEAD /head-405?a=b', 'GET /head-405?a=b', 'GET /head-405?a=b'])
  given.headRefusedUntil = 1
  await poller.poll(given)
  t.deepEqual(requestsOf(server).slice(3), ['HEAD /head-405?a=b', 'GET /head-405?a=b'])
  await poller.close()
})

test('501 is a refusal too, and GET decides the verdict', async (t) => {
  const server = await start(t)
  t.like(await pollOnce(server.url('head-501'), PATIENT), { verdict: 'down', reason: 'status', status: 503 })
})

test('--no-get-fallback: HEAD decides the verdict, whatever was remembered before', async (t) => {
  const server = await start(t)
  for (const headRefusedUntil of [0, Number.MAX_SAFE_INTEGER]) {
    const state = await pollOnce(resource(server.url('head-405'), { headRefusedUntil }), {
      ...PATIENT,
      getFallback: false,
    })
    t.like(state, { verdict: 'down', status: 405, method: 'HEAD' })
  }
})

/** A server that answers with these statuses and logs the requests. `set` changes the statuses. */
async function answering(t: ExecutionContext, head: string, get: string) {
  const answers: Record<string, string> = { HEAD: head, GET: get }
  const server = await start(t, {
    it: (socket, { method }) => void socket.end(`HTTP/1.1 ${answers[method]}\r\nContent-Length: 0\r\n\r\n`),
  })
  return {
    url: server.url('it'),
    set: (later: Record<string, string>) => void Object.assign(answers, later),
    /** The methods of the requests since the last call. */
    asked: () => server.heads.splice(0).map((sent) => sent.slice(0, sent.indexOf(' '))),
  }
}

for (const refusal of ['400 Bad Request', '403 Forbidden', '404 Not Found', '418', '500 Oops', '503 Busy']) {
  test(`HEAD answered with ${refusal}, GET accepted: up, with GET from then on`, async (t) => {
    const { url, asked, set } = await answering(t, refusal, '200 OK')
    const poller = new TestPoller(PATIENT)
    t.teardown(() => poller.close())
    const given = resource(url)
    t.like(await poller.poll(given), {
      verdict: 'up',
      reason: 'ok',
      status: 200,
      method: 'GET',
      rechecked: false,
      detail: `HEAD was answered with ${refusal.slice(0, 3)}, GET is used instead`,
    })
    t.like(await poller.poll(given), { verdict: 'up', method: 'GET', detail: '' })
    t.deepEqual(asked(), ['HEAD', 'GET', 'GET'])
    // An outage and its end are noticed. Meanwhile HEAD is tried again, because it may work now.
    set({ GET: '502 Bad Gateway' })
    t.like(await poller.poll(given), { verdict: 'down', status: 502 })
    t.like(await poller.poll(given), { verdict: 'down', status: 502 })
    set({ GET: '200 OK' })
    t.like(await poller.poll(given), { verdict: 'up' })
    t.deepEqual(asked(), ['GET', 'HEAD', 'GET', 'HEAD', 'GET'])
  })
}

for (const refusal of ['404 Not Found', '405 Method Not Allowed', '501 Not Implemented', '500 Oops']) {
  test(`HEAD and GET both answered with ${refusal}: one request a poll from then on`, async (t) => {
    const { url, asked } = await answering(t, refusal, refusal)
    const poller = new TestPoller(PATIENT)
    t.teardown(() => poller.close())
    const given = resource(url)
    const status = Number(refusal.slice(0, 3))
    t.like(await poller.poll(given), { verdict: 'down', reason: 'status', status, method: 'GET' })
    t.deepEqual(asked(), ['HEAD', 'GET'])
    for (let more = 0; more < 4; more++) t.like(await poller.poll(given), { verdict: 'down', status })
    t.deepEqual(asked(), ['GET', 'HEAD', 'GET', 'HEAD'])
  })

  for (const works of ['HEAD', 'GET']) {
    for (const polls of [1, 2]) {
      test(`down with ${refusal} for ${polls} polls, and ${works} alone works again: up after one poll at most`, async (t) => {
        const { url, set } = await answering(t, refusal, refusal)
        const poller = new TestPoller(PATIENT)
        t.teardown(() => poller.close())
        const given = resource(url)
        for (let at = 0; at < polls; at++) t.is((await poller.poll(given)).verdict, 'down')
        set({ [works]: '200 OK' })
        const first = await poller.poll(given)
        t.like(first.verdict === 'up' ? first : await poller.poll(given), { verdict: 'up', method: works })
        t.is((await poller.poll(given)).verdict, 'up')
      })
    }
  }
}

test('down with a status other than before: HEAD and GET are tried again', async (t) => {
  const { url, asked, set } = await answering(t, '500 Oops', '500 Oops')
  const poller = new TestPoller(PATIENT)
  t.teardown(() => poller.close())
  const given = resource(url)
  await poller.poll(given)
  await poller.poll(given)
  asked()
  set({ HEAD: '404 Not Found', GET: '200 OK' })
  t.like(await poller.poll(given), { verdict: 'up', method: 'GET' })
  t.deepEqual(asked(), ['HEAD', 'GET'])
})

test('down with different statuses: each poll reports the status of GET', async (t) => {
  const { url, asked } = await answering(t, '400 Bad Request', '404 Not Found')
  const poller = new TestPoller(PATIENT)
  t.teardown(() => poller.close())
  const given = resource(url)
  for (let at = 0; at < 3; at++) t.like(await poller.poll(given), { verdict: 'down', status: 404 })
  t.deepEqual(asked(), ['HEAD', 'GET', 'HEAD', 'GET', 'HEAD', 'GET'])
})

test('after a poll without a response HEAD and GET are tried again', async (t) => {
  const { url, set, asked } = await answering(t, '404 Not Found', '404 Not Found')
  const poller = new TestPoller(PATIENT)
  t.teardown(() => poller.close())
  const given = resource(url)
  await poller.poll(given)
  set({ GET: 'nonsense' })
  t.like(await poller.poll(given), { verdict: 'down', reason: 'protocol' })
  asked()
  set({ GET: '200 OK' })
  t.like(await poller.poll(given), { verdict: 'up', method: 'GET' })
  t.deepEqual(asked(), ['HEAD', 'GET'])
})

test('after the hour HEAD is tried: with GET if it is still refused, alone if it is not', async (t) => {
  const { url, set, asked } = await answering(t, '403 Forbidden', '200 OK')
  const poller = new TestPoller(PATIENT)
  t.teardown(() => poller.close())
  const given = resource(url, { verdict: 'up', headRefusedUntil: 1 })
  t.like(await poller.poll(given), { verdict: 'up', method: 'GET' })
  t.true(given.headRefusedUntil > given.dueAt)
  given.headRefusedUntil = 1
  set({ HEAD: '200 OK' })
  t.like(await poller.poll(given), { verdict: 'up', method: 'HEAD' })
  t.is(given.headRefusedUntil, 0)
  t.deepEqual(asked(), ['HEAD', 'GET', 'HEAD'])
})

test('after the hour HEAD gets no answer any more: the second attempt uses GET', async (t) => {
  const { url, asked } = await answering(t, 'nonsense', '200 OK')
  const poller = new TestPoller(PATIENT)
  t.teardown(() => poller.close())
  const given = resource(url, { verdict: 'up', headRefusedUntil: 1 })
  t.like(await poller.poll(given), { verdict: 'up', method: 'GET', rechecked: true })
  t.true(given.headRefusedUntil > given.dueAt)
  t.deepEqual(asked(), ['HEAD', 'GET'])
})

test('a second attempt after a fallback uses GET', async (t) => {
  let gets = 0
  const server = await start(t, {
    it: (socket, { method }) =>
      void (method === 'HEAD'
        ? socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
        : gets++ === 0
          ? socket.resetAndDestroy()
          : socket.end(OK)),
  })
  const given = resource(server.url('it'), { verdict: 'up' })
  t.like(await pollOnce(given, PATIENT), { verdict: 'up', method: 'GET', rechecked: true })
  t.deepEqual(requestsOf(server), ['HEAD /it', 'GET /it', 'GET /it'])
})

test('a server that sends Retry-After gets no GET', async (t) => {
  for (const status of [429, 503]) {
    const { url, asked } = await answering(t, `${status} Busy\r\nRetry-After: 60`, '200 OK')
    const given = resource(url)
    t.like(await pollOnce(given, PATIENT), { verdict: 'down', status, method: 'HEAD' })
    t.true(given.notBefore > given.dueAt)
    t.deepEqual(asked(), ['HEAD'])
  }
})

test('an accepted status of HEAD needs no GET, also 405', async (t) => {
  const { url, asked } = await answering(t, '405 Method Not Allowed', '500 Oops')
  t.like(await pollOnce(url, { ...PATIENT, accept: [[405, 405]] }), { verdict: 'up', method: 'HEAD' })
  t.deepEqual(asked(), ['HEAD'])
})

test('-X GET: no fallback, one request', async (t) => {
  const { url, asked } = await answering(t, '200 OK', '404 Not Found')
  const given = resource(url)
  t.like(await pollOnce(given, { ...PATIENT, method: 'GET' }), { verdict: 'down', status: 404 })
  t.deepEqual(asked(), ['GET'])
  t.is(given.headRefusedUntil, 0)
})

test('a canary that answers HEAD gets no GET', async (t) => {
  const { url, asked } = await answering(t, '404 Not Found', '200 OK')
  const refused = `http://127.0.0.1:${await freePort()}/ok`
  const poller = new TestPoller({ ...PATIENT, canaries: [url as Url] })
  t.teardown(() => poller.close())
  t.like(await poller.poll(resource(refused, { verdict: 'up' })), {
    verdict: 'down',
    reason: 'refused',
  })
  t.deepEqual([...new Set(asked())], ['HEAD'])
})

test('a URL polled with GET that now refuses GET is polled with HEAD next', async (t) => {
  const server = await start(t, {
    'get-405': (socket, { method }) =>
      void socket.end(method === 'GET' ? 'HTTP/1.1 405 Method Not Allowed\r\n\r\n' : OK),
  })
  const given = resource(server.url('get-405'), { headRefusedUntil: Number.MAX_SAFE_INTEGER })
  t.is((await pollOnce(given, PATIENT)).status, 405)
  t.like(await pollOnce(given, PATIENT), { verdict: 'up', method: 'HEAD' })
})

test('only a refusal is remembered, and later GETs do not prolong it', async (t) => {
  const server = await start(t)
  for (const headRefusedUntil of [0, 1e15]) {
    const given = resource(server.url('ok'), { headRefusedUntil })
    t.is((await pollOnce(given, PATIENT)).verdict, 'up')
    t.is(given.headRefusedUntil, headRefusedUntil)
  }
})

test('a GET without a response is not remembered', async (t) => {
  const server = await start(t, {
    'get-dies': (socket, { method }) =>
      void (method === 'GET'
        ? socket.resetAndDestroy()
        : socket.end('HTTP/1.1 405 Method Not Allowed\r\n\r\n')),
  })
  const given = resource(server.url('get-dies'))
  t.like(await pollOnce(given, PATIENT), { reason: 'reset', method: 'GET' })
  t.is(given.headRefusedUntil, 0)
})

test('behind a redirect GET is sent to the URL that refused HEAD', async (t) => {
  const server = await start(t, {
    moved: (socket) => void socket.end('HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n'),
    there: (socket, { method }) =>
      void socket.end(method === 'HEAD' ? 'HTTP/1.1 405 Method Not Allowed\r\n\r\n' : OK),
  })
  t.like(await pollOnce(server.url('moved'), PATIENT), { verdict: 'up', redirects: 1 })
  t.deepEqual(requestsOf(server), ['HEAD /moved', 'HEAD /there', 'GET /there'])
})

for (const keepAlive of [false, true]) {
  test(`a GET ends with the head of the response, and its connection is closed (keepAlive ${keepAlive})`, async (t) => {
    const server = await start(t, {
      'never-ends': (socket, { method }) => {
        if (method === 'HEAD')
          return void socket.write('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n')
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
      },
    })
    // By a clock that stands still, GET is sent while the connection of HEAD cools down.
    const probe = pausingProbes(t, 1, { keepAlive })
    const { outcome, method } = await probe(resource(server.url('never-ends')))
    t.like(outcome, { status: 200 })
    t.is(method, 'GET')
    // The connection of HEAD may be kept.
    await waitUntil(() => server.open === (keepAlive ? 1 : 0))
    t.is(server.connections, 2)
  })
}

test('whatever the answers to both methods, the verdict follows them with at most one request more', (t) => {
  const seed = 20_261_125
  const random = seeded(seed)
  const STATUSES = [200, 204, 403, 404, 405, 500, 501, 503]
  const pick = () => STATUSES[random.below(STATUSES.length)] as number
  const options = { method: 'HEAD', getFallback: true, accept: [[200, 299]] } as const
  const good = (status: number) => status < 300
  for (let run = 0; run < 2_000; run++) {
    const one = { headRefusedUntil: 0, refusedStatus: 0 }
    let now = 1
    for (let phase = 0; phase < 6; phase++) {
      const answers = { HEAD: pick(), GET: pick() }
      for (let slot = 0; slot < 4; slot++) {
        // Some slots are more than an hour apart.
        now += random.next() < 0.1 ? 4_000_000 : 60_000
        const fallback = new GetFallback(one, options, now)
        const asked: number[] = []
        do asked.push(answers[fallback.method as 'HEAD' | 'GET'])
        while (fallback.shouldRetry({ status: asked.at(-1) as number, retryAfter: null }, now))
        const why = `seed ${seed}, run ${run}, phase ${phase}, slot ${slot}: ${JSON.stringify({ answers, asked, one })}`
        const up = good(asked.at(-1) as number)
        t.true(asked.length <= 2, why)
        if (good(answers.HEAD) && good(answers.GET)) t.true(up, why)
        if (!good(answers.HEAD) && !good(answers.GET)) t.false(up, why)
        if (slot > 0 && (good(answers.HEAD) || good(answers.GET))) t.true(up, why)
        if (slot > 1 && answers.HEAD === answers.GET) t.is(asked.length, 1, why)
      }
    }
  }
})
