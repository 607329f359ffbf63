import type { Socket } from 'node:net'
import test from 'ava'
import { blackHole } from '../../helpers/black-hole.ts'
import { dnsServer } from '../../helpers/dns-server.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { pollOnce, resource, TestPoller } from '../../helpers/test-poller.ts'
import type { Url } from '../../../src/resource/resource.ts'

const SERVERS: Readonly<Record<string, (socket: Socket) => void>> = {
  'that says nothing': () => {},
  'that says garbage': (socket) => void socket.write('\0\xff\xfe garbage'),
  'that closes at once': (socket) => void socket.end(),
}

for (const [title, serve] of Object.entries(SERVERS)) {
  test(`a server ${title} accepts connections`, async (t) => {
    const { port } = await tcpServer(t, serve)
    t.like(await pollOnce(`tcp://127.0.0.1:${port}`), {
      verdict: 'up',
      reason: 'ok',
      detail: '',
      status: 0,
      method: '',
      address: '127.0.0.1',
      finalUrl: `tcp://127.0.0.1:${port}`,
      httpVersion: '',
      errCount: 0,
      tls: null,
    })
  })
}

test('a server that resets at once: reset, unless the connection is seen before that', async (t) => {
  const { port } = await tcpServer(t, (socket) => void socket.resetAndDestroy())
  const { reason } = await pollOnce(`tcp://127.0.0.1:${port}`)
  t.true(reason === 'reset' || reason === 'ok', reason)
})

test('nobody listens: refused', async (t) => {
  const port = await freePort()
  const state = await pollOnce(`tcp://127.0.0.1:${port}`)
  t.like(state, { verdict: 'down', reason: 'refused', status: 0, errCount: 1 })
  t.true(state.detail.endsWith(`127.0.0.1:${port}`))
})

test('no answer to SYN: timeout, in the phase connect', async (t) => {
  const port = await blackHole(t, ['127.0.0.1'])
  const poller = new TestPoller({ timeoutMs: 300 })
  t.teardown(() => poller.close())
  const state = await poller.pollWithoutStall(`tcp://127.0.0.1:${port}`)
  t.like(state, { verdict: 'down', reason: 'timeout' })
  t.regex(state.detail, /\(connect\)$/)
})

test('a name: the first address refuses, the second accepts', async (t) => {
  const { port } = await tcpServer(t, () => {}, '127.0.0.2')
  // At 127.0.0.1 another test may listen on this port.
  const server = await dnsServer(t, { 'a.example': { a: ['127.0.0.91', '127.0.0.2'] } })
  const state = await pollOnce(`tcp://a.example:${port}`, { resolvers: [server.address] })
  t.like(state, { verdict: 'up', address: '127.0.0.2' })
  t.true(state.phasesMs.dns > 0)
})

test('a name that does not exist: dns', async (t) => {
  const server = await dnsServer(t, {})
  const state = await pollOnce('tcp://none.example:1', { resolvers: [server.address] })
  t.like(state, { verdict: 'down', reason: 'dns', address: '' })
})

test('--deny-private and -6 forbid it: policy', async (t) => {
  const { port, connections } = await tcpServer(t)
  t.like(await pollOnce(`tcp://127.0.0.1:${port}`, { denyPrivate: true }), { reason: 'policy' })
  t.like(await pollOnce(`tcp://127.0.0.1:${port}`, { family: 6 }), { reason: 'policy' })
  t.is(connections(), 0)
})

test('a URL that was up gets a second attempt', async (t) => {
  const port = await freePort()
  const polled = resource(`tcp://127.0.0.1:${port}`, { verdict: 'up' })
  t.like(await pollOnce(polled), { verdict: 'down', reason: 'refused', rechecked: true })
})

test('HTTP settings of the flags do not apply', async (t) => {
  const { port } = await tcpServer(t)
  const state = await pollOnce(`tcp://127.0.0.1:${port}`, { method: 'GET', accept: [[404, 404]] })
  t.like(state, { verdict: 'up', method: '' })
})

test('a canary may be a tcp URL', async (t) => {
  const { port, connections } = await tcpServer(t)
  const origin = await startOrigin(t, (_, response) => void response.destroy())
  const canaries = [`tcp://127.0.0.1:${port}` as Url]
  const state = await pollOnce(resource(`${origin.url}/`, { verdict: 'up' }), { canaries })
  t.like(state, { verdict: 'down', reason: 'closed' })
  t.true(connections() > 0)
})

test('a canary that needs settings is only connected to', async (t) => {
  const { port, connections } = await tcpServer(t, (socket) => void socket.write('220 not TLS\r\n'))
  const origin = await startOrigin(t, (_, response) => void response.destroy())
  const canaries = [`tls://127.0.0.1:${port}` as Url]
  const state = await pollOnce(resource(`${origin.url}/`, { verdict: 'up' }), { canaries })
  t.like(state, { verdict: 'down', reason: 'closed' })
  t.true(connections() > 0)
})

test('ipv=both: up only if both families accept', async (t) => {
  // Nobody else is given this port, so that nobody listens on it at ::1.
  const port = await freePort()
  await tcpServer(t, () => {}, '127.0.0.1', port)
  const names = await dnsServer(t, { 'a.example': { a: ['127.0.0.1'], aaaa: ['::1'] } })
  const options = { resolvers: [names.address], family: 'both', timeoutMs: 5_000 } as const
  const state = await pollOnce(`tcp://a.example:${port}`, options)
  t.like(state, { verdict: 'down', reason: 'refused' })
  t.true(state.detail.includes('[::1]'), state.detail)
})

test('want=down: up as long as the connection is refused', async (t) => {
  const { port } = await tcpServer(t)
  t.like(await pollOnce(`tcp://127.0.0.1:${port}`, { want: 'down' }), {
    verdict: 'down',
    reason: 'unexpected',
  })
  t.like(await pollOnce(`tcp://127.0.0.1:${await freePort()}`, { want: 'down' }), { verdict: 'up' })
})
