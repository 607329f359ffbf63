import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { REASON_FACTS } from '../../src/state/reasons.ts'
import { parseProxySetting } from '../../src/settings/proxy.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { startProxy, tunnel } from '../helpers/proxy-server.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'

/** A server for each family, on one port: `localhost` is both. */
async function serveBoth(
  t: ExecutionContext,
  answers: Readonly<Record<'127.0.0.1' | '::1', RequestListener | null>>,
): Promise<number> {
  // Not one that the system gives to others, on the family where nobody listens.
  let port = await freePort()
  for (const [host, answer] of Object.entries(answers)) {
    if (answer === null) continue
    const server = createServer(answer)
    server.listen({ port, host, ipv6Only: true })
    await once(server, 'listening')
    t.teardown(() => {
      server.closeAllConnections()
      server.close()
    })
    port = (server.address() as AddressInfo).port
  }
  return port
}

function pollerWith(t: ExecutionContext): TestPoller {
  const poller = new TestPoller({ timeoutMs: 10_000, getFallback: false })
  t.teardown(() => poller.close())
  poller.setProfiles([
    [1, { family: 'both' }],
    [2, { family: 0, resolve: ['127.0.0.1', '::1'] }],
    [3, { family: 'both', resolve: ['127.0.0.1', '::1'] }],
    [4, { family: 'both', want: 'down' }],
  ])
  return poller
}

const answer =
  (status: number, seen: unknown[] = []): RequestListener =>
  ({ socket }, response) => {
    seen.push(socket.remoteFamily)
    response.writeHead(status).end()
  }

test('ipv=both: up if both families answer, and each is asked once', async (t) => {
  const seen: unknown[] = []
  const port = await serveBoth(t, { '127.0.0.1': answer(204, seen), '::1': answer(204, seen) })
  const poller = pollerWith(t)
  const state = await poller.pollWithoutStall(`http://localhost:${port}/`, { profile: 1 })
  t.like(state, { verdict: 'up', address: '::1', detail: '' })
  t.deepEqual(seen.slice(-2), ['IPv4', 'IPv6'])
  t.like(await poller.pollWithoutStall(`http://a.example:${port}/`, { profile: 3 }), { verdict: 'up' })
})

test('ipv=both: down if one family does not answer, and the detail says which', async (t) => {
  const poller = pollerWith(t)
  const over4 = await serveBoth(t, { '127.0.0.1': answer(204), '::1': null })
  const over6 = await serveBoth(t, { '127.0.0.1': null, '::1': answer(204) })
  const other = await serveBoth(t, { '127.0.0.1': answer(204), '::1': answer(503) })
  const poll = (port: number, profile = 1, verdict: 'up' | 'pending' = 'pending') =>
    poller.pollWithoutStall(`http://localhost:${port}/`, { profile, verdict })
  t.like(await poll(over4), {
    reason: 'refused',
    detail: `IPv6: ${REASON_FACTS.refused.text} [::1]:${over4}`,
  })
  t.like(await poll(over6), {
    reason: 'refused',
    detail: `IPv4: ${REASON_FACTS.refused.text} 127.0.0.1:${over6}`,
  })
  t.like(await poll(other), { reason: 'status', detail: 'IPv6: 503 Service Unavailable' })
  // Any other URL needs one of them.
  for (const port of [over4, over6]) t.like(await poll(port, 2), { verdict: 'up' })
  // The second attempt asks both again.
  t.like(await poll(over4, 1, 'up'), { reason: 'refused', rechecked: true, address: '' })
})

test('ipv=both with want=down: up if neither family answers', async (t) => {
  const poller = pollerWith(t)
  const port = await serveBoth(t, { '127.0.0.1': null, '::1': answer(204) })
  const poll = (at: number) => poller.pollWithoutStall(`http://localhost:${at}/`, { profile: 4 })
  t.like(await poll(port), { verdict: 'down', reason: 'unexpected' })
  t.like(await poll(1), { verdict: 'up' })
})

test('ipv=both: a family that does not answer leaves the other its time', async (t) => {
  const silent: RequestListener = () => {}
  const seen: unknown[] = []
  const open = await serveBoth(t, { '127.0.0.1': silent, '::1': answer(204, seen) })
  const closed = await serveBoth(t, { '127.0.0.1': silent, '::1': null })
  const poller = new TestPoller({ timeoutMs: 1_000, getFallback: false, recheck: false })
  t.teardown(() => poller.close())
  poller.setProfiles([
    [1, { family: 'both' }],
    [4, { family: 'both', want: 'down' }],
  ])
  // Where the thread stands still, a family that is silent makes the URL unknown, and the other is not asked.
  const poll = async (port: number, profile: number) => {
    let state = await poller.poll(resource(`http://localhost:${port}/`, { profile }))
    for (let more = 60; state.verdict === 'unknown' && more > 0; more--)
      state = await poller.poll(resource(`http://localhost:${port}/`, { profile }))
    return state
  }
  const [plain, isUp, isDown] = await Promise.all([poll(open, 1), poll(open, 4), poll(closed, 4)])
  t.like(plain, { verdict: 'down', reason: 'timeout' })
  t.regex(plain.detail, /^IPv4: /)
  t.like(isUp, { verdict: 'down', reason: 'unexpected', address: '::1' })
  t.like(isDown, { verdict: 'up' })
  t.deepEqual([...new Set(seen)], ['IPv6'])
})

test('ipv=both: no second attempt follows a POST that was sent over one family', async (t) => {
  const seen: unknown[] = []
  const port = await serveBoth(t, { '127.0.0.1': answer(204, seen), '::1': null })
  const poller = pollerWith(t)
  poller.setProfiles([[5, { family: 'both', method: 'POST' }]])
  const state = await poller.pollWithoutStall(`http://localhost:${port}/`, { profile: 5, verdict: 'up' })
  t.like(state, { reason: 'refused', rechecked: false })
  t.deepEqual(seen, ['IPv4'])
})

test('ipv=both of a group or a flag: where settings leave one family or none, a URL is polled once', async (t) => {
  const seen: unknown[] = []
  const port = await serveBoth(t, { '127.0.0.1': answer(204, seen), '::1': answer(503, seen) })
  const proxy = await startProxy(t, (socket, text) => {
    if (text.startsWith('CONNECT')) return tunnel(socket, port, 'HTTP/1.1 200 OK\r\n\r\n')
    seen.push('forwarded')
    socket.end('HTTP/1.1 204 No Content\r\n\r\n')
  })
  const path = join(directoryOf(t), 'socket')
  const local = createServer(answer(204, seen)).listen(path)
  t.teardown(() => local.close())
  await once(local, 'listening')
  const through = (host: string) => parseProxySetting(`http://${host}:${proxy.port}`)
  const poller = new TestPoller({ timeoutMs: 20_000, getFallback: false, recheck: false })
  t.teardown(() => poller.close())
  const ONE_WAY: readonly Overrides[] = [
    { proxy: through('127.0.0.1') },
    { proxy: through('localhost') },
    { proxy: through('127.0.0.1'), resolve: ['127.0.0.1', '::1'] },
    { resolve: ['127.0.0.1', '127.0.0.2'] },
    { source: '127.0.0.1', resolve: ['127.0.0.1', '::1'] },
    { unix: path },
  ]
  poller.setProfiles(ONE_WAY.map((one, n) => [n + 1, { ...one, family: 'both' }]))
  for (const [n, one] of ONE_WAY.entries()) {
    seen.length = 0
    const { polls } = poller
    const state = await poller.pollWithoutStall(`http://localhost:${port}/`, { profile: n + 1 })
    t.like(state, { verdict: 'up', detail: '' }, `${JSON.stringify(one)} ${state.detail}`)
    t.is(seen.length, poller.polls - polls, JSON.stringify(one))
  }
})

test('ipv=both of a group or a flag: an address is polled over its own family', async (t) => {
  const poller = pollerWith(t)
  const port = await serveBoth(t, { '127.0.0.1': answer(204), '::1': answer(503) })
  const poll = (url: string, profile = 1) => poller.pollWithoutStall(url, { profile })
  t.like(await poll(`http://127.0.0.1:${port}/`), { verdict: 'up', address: '127.0.0.1' })
  t.like(await poll(`http://[::1]:${port}/`), {
    verdict: 'down',
    status: 503,
    detail: '503 Service Unavailable',
  })
  t.like(await poll(`tcp://[::1]:${port}`), { verdict: 'up', address: '::1' })
  t.like(await poll(`http://127.0.0.1:${port}/`, 3), {
    verdict: 'down',
    detail: 'IPv6: 503 Service Unavailable',
  })
})
