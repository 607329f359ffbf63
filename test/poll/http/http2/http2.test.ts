import { once } from 'node:events'
import { constants, createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority } from '../../../helpers/certificates.ts'
import { TestPoller } from '../../../helpers/test-poller.ts'
import { waitUntil } from '../../../helpers/wait-until.ts'
import type { State } from '../../../../src/state/state.ts'

let authority: Authority
test.before(async () => void (authority = await Authority.create()))

interface Served {
  readonly url: string
  sessions: number
  open: number
}

async function serve(t: ExecutionContext): Promise<Served> {
  const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const server = createSecureServer({ ...pair, allowHTTP1: true }, (request, response) => {
    if (request.url === '/silent') return
    if (request.url === '/reset') return request.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    if (request.url === '/refused') return request.stream.close(constants.NGHTTP2_REFUSED_STREAM)
    if (request.url === '/goaway') return request.stream.session?.goaway()
    if (request.url === '/gone') return request.stream.session?.destroy()
    response.writeHead(request.url === '/head-405' && request.method === 'HEAD' ? 405 : 200)
    response.end()
  })
  const served: Served = { url: '', sessions: 0, open: 0 }
  server.on('session', () => served.sessions++)
  server.on('secureConnection', (socket) => {
    served.open++
    socket.once('close', () => served.open--)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return Object.assign(served, { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/` })
}

/** Polls with a deadline that a busy machine does not reach, unless the test waits for it. */
async function poll(t: ExecutionContext, url: string, http2: boolean, timeoutMs = 60_000): Promise<State> {
  const tls = { ca: authority.pem }
  const poller = new TestPoller({ http2, tls, timeoutMs })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(url)
}

test('HTTP/2 is used only if the options ask for it', async (t) => {
  const served = await serve(t)
  const { verdict, httpVersion, tls } = await poll(t, served.url, false)
  t.deepEqual([verdict, httpVersion, tls?.protocol, served.sessions], ['up', '1.1', 'TLSv1.3', 0])
  const second = await poll(t, served.url, true)
  t.deepEqual([second.verdict, second.httpVersion, served.sessions], ['up', '2', 1])
})

test('HTTP/2: a refused HEAD, and connections that close', async (t) => {
  const served = await serve(t)
  const state = await poll(t, `${served.url}head-405`, true)
  t.deepEqual([state.verdict, state.method, state.httpVersion], ['up', 'GET', '2'])
  t.is((await poll(t, `${served.url}silent`, true, 500)).reason, 'timeout')
  await waitUntil(() => served.open === 0)
})

for (const path of ['reset', 'refused', 'goaway', 'gone']) {
  test(`HTTP/2: a missing response is not a local fault, ${path}`, async (t) => {
    const served = await serve(t)
    // This server says that it still answers, but does not.
    const { verdict, reason, detail } = await poll(
      t,
      served.url + path,
      true,
      path === 'goaway' ? 500 : undefined,
    )
    t.is(verdict, 'down', detail)
    t.log(reason, detail)
  })
}

test('HTTP/2 over a kept connection', async (t) => {
  const served = await serve(t)
  const poller = new TestPoller({
    http2: true,
    keepAlive: true,
    timeoutMs: 60_000,
    tls: { ca: authority.pem },
  })
  for (let more = 0; more < 5; more++) {
    const state = await poller.pollWithoutStall(served.url)
    t.deepEqual([state.verdict, state.httpVersion], ['up', '2'])
    poller.skip(70)
  }
  await poller.close()
  await waitUntil(() => served.open === 0)
  t.is(served.sessions, 1)
})

test('HTTP/2 is offered only to URLs whose profile asks for it, on separate connections', async (t) => {
  const served = await serve(t)
  const poller = new TestPoller({ keepAlive: true, tls: { ca: authority.pem } })
  t.teardown(() => poller.close())
  poller.setProfiles([[1, { http2: true }]])
  for (const profile of [0, 1, 0, 1]) {
    const { verdict, httpVersion } = await poller.pollWithoutStall(served.url, { profile })
    t.deepEqual([verdict, httpVersion], ['up', profile === 1 ? '2' : '1.1'])
    poller.skip(120)
  }
})
