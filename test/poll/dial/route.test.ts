import { once } from 'node:events'
import { chmodSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { REASON_FACTS } from '../../../src/state/reasons.ts'
import type { Overrides } from '../../../src/settings/url-options.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { Authority } from '../../helpers/certificates.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { freePort } from '../../helpers/free-port.ts'
import { HostileServer, SCRIPTS } from '../../helpers/hostile-server.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { resource, TestPoller } from '../../helpers/test-poller.ts'

/** Longer than a connection is not reused after its first response, in ms. */
const COOLED_MS = 120

/** A poller with these profiles, numbered from 1. */
function pollerWith(
  t: ExecutionContext,
  profiles: readonly Overrides[],
  flags: Partial<PollOptions> = {},
): TestPoller {
  // Names never leave this machine: nothing answers at the resolver.
  const poller = new TestPoller({ timeoutMs: 20_000, resolvers: ['127.0.0.1:1'], ...flags })
  t.teardown(() => poller.close())
  poller.setProfiles(profiles.map((profile, n) => [n + 1, profile]))
  return poller
}

/** A TLS server for these names, and what it was asked for. */
async function secure(t: ExecutionContext, authority: Authority, name: string) {
  const names: unknown[] = []
  const tls = createTlsServer(await authority.issue([{ type: 'dns', value: name }]), (socket) => {
    names.push(socket.servername)
  })
  tls.on('tlsClientError', () => {})
  const server = await HostileServer.start(SCRIPTS, tls)
  t.teardown(() => server.close())
  return { server, names }
}

/** An HTTP server on a Unix socket. */
async function startUnix(t: ExecutionContext, answer: RequestListener) {
  const path = join(directoryOf(t), 'app.sock')
  const server = createHttpServer(answer)
  server.listen(path)
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return path
}

test('resolve: the name is not looked up, and the first address that accepts is used', async (t) => {
  const hosts: unknown[] = []
  const origin = await startOrigin(t, ({ headers }, response) => {
    hosts.push(headers.host)
    response.writeHead(204).end()
  })
  const poller = pollerWith(t, [{ resolve: ['127.1.2.3', '127.0.0.1'] }, {}])
  const url = `http://app.example:${origin.port}/`
  const poll = (profile: number) => poller.pollWithoutStall(url, { profile })
  t.like(await poll(1), { verdict: 'up', address: '127.0.0.1', finalUrl: url })
  t.deepEqual(hosts, [`app.example:${origin.port}`])
  t.like(await poll(2), { verdict: 'unknown', reason: 'local' })
})

test('resolve: a redirect to the same host follows it, one to another host does not', async (t) => {
  const closed = await freePort()
  const origin = await startOrigin(t, ({ url }, response) => {
    const location = url === '/away' ? `http://127.0.0.2:${closed}/` : '/here'
    if (url === '/here') response.writeHead(204).end()
    else response.writeHead(302, { location }).end()
  })
  const poller = pollerWith(t, [{ resolve: ['127.0.0.1'] }])
  const poll = (path: string) =>
    poller.pollWithoutStall(`http://app.example:${origin.port}${path}`, { profile: 1 })
  t.like(await poll('/same'), { verdict: 'up', redirects: 1, address: '127.0.0.1' })
  t.like(await poll('/away'), {
    reason: 'refused',
    redirects: 1,
    detail: `${REASON_FACTS.refused.text} 127.0.0.2:${closed}`,
  })
})

test('resolve: addresses are subject to --deny-private and to the family', async (t) => {
  const poller = pollerWith(t, [{ resolve: ['10.1.2.3', '::1'] }, { resolve: ['::1'], family: 4 }], {
    denyPrivate: true,
  })
  const poll = (profile: number) => poller.pollWithoutStall('http://app.example/', { profile })
  t.like(await poll(1), { verdict: 'down', reason: 'policy', detail: 'not a public address: 10.1.2.3, ::1' })
  t.like(await poll(2), {
    verdict: 'down',
    reason: 'policy',
    detail: '[::1] is not an IPv4 address, and only IPv4 is allowed',
  })
})

test('server-name: it is sent as SNI and looked for in the certificate', async (t) => {
  const authority = await Authority.create()
  const { server, names } = await secure(t, authority, 'inside.example')
  const tls = { ca: authority.pem }
  const poller = pollerWith(t, [{ serverName: 'inside.example' }, { serverName: 'other.example' }], { tls })
  const poll = (profile: number) =>
    poller.pollWithoutStall(`https://127.0.0.1:${server.port}/ok`, { profile })
  t.like(await poll(1), { verdict: 'up' })
  t.like(await poll(2), { verdict: 'down', reason: 'tls-hostname' })
  t.like(await poll(0), { verdict: 'down', reason: 'tls-hostname' })
  t.deepEqual(names, ['inside.example'])
})

test('connections and TLS sessions are not shared between URLs that differ in where they lead', async (t) => {
  const authority = await Authority.create()
  const { server } = await secure(t, authority, 'inside.example')
  const other = await secure(t, authority, 'inside.example')
  const tls = { ca: authority.pem }
  const keepAlive = true
  const resolve = ['127.0.0.1']
  const poller = pollerWith(
    t,
    [
      { keepAlive, resolve, serverName: 'inside.example' },
      { keepAlive, resolve },
      { keepAlive, resolve, serverName: 'inside.example', source: '127.0.0.1' },
      { keepAlive, resolve, serverName: 'inside.example', accept: [[200, 200]] },
    ],
    { tls },
  )
  const poll = (profile: number, port = server.port) =>
    poller.pollWithoutStall(`https://app.example:${port}/ok-open`, { profile })
  for (let more = 0; more < 2; more++) {
    t.like(await poll(1), { verdict: 'up' })
    poller.skip(COOLED_MS)
  }
  t.is(server.connections, 1)
  t.like(await poll(2), { reason: 'tls-hostname' })
  t.like(await poll(3), { verdict: 'up' })
  t.is(server.connections, 3)
  // The same ways share them.
  t.like(await poll(4), { verdict: 'up' })
  t.is(server.connections, 3)
  t.like(await poll(1, other.server.port), { verdict: 'up' })
  t.is(other.server.connections, 1)
})

test('source: the connection comes from this address', async (t) => {
  const from: (string | undefined)[] = []
  const server = createTcpServer((socket: Socket) => {
    from.push(socket.remoteAddress)
    socket.on('error', () => {}).end('HTTP/1.1 204 No Content\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const loopback = Object.entries(networkInterfaces()).find(([, of]) => of?.some(({ internal }) => internal))
  const poller = pollerWith(t, [
    { source: '127.0.0.9' },
    { source: loopback?.[0] ?? '' },
    { source: '198.51.100.1' },
    { source: '::1' },
    { source: 'none0' },
  ])
  const poll = (profile: number) => poller.pollWithoutStall(`http://127.0.0.1:${port}/`, { profile })
  t.like(await poll(1), { verdict: 'up' })
  t.like(await poll(2), { verdict: 'up' })
  t.deepEqual(from, ['127.0.0.9', '127.0.0.1'])
  for (const profile of [3, 4, 5]) t.like(await poll(profile), { verdict: 'unknown', reason: 'local' })
  t.like(await poll(3), { detail: 'the source address cannot be used: 198.51.100.1 to 127.0.0.1' })
  t.regex((await poll(4)).detail, /: ::1 is of another family than 127\.0\.0\.1$/)
  t.regex((await poll(5)).detail, /: none0 is no interface with an address of the family of 127\.0\.0\.1$/)
  t.is(from.length, 2)
})

test('unix: requests go to the socket, with the host of the URL', async (t) => {
  const seen: unknown[] = []
  const path = await startUnix(t, ({ headers, url }, response) => {
    seen.push([headers.host, url])
    response.writeHead(url === '/missing' ? 404 : 204).end()
  })
  const poller = pollerWith(t, [{ unix: path }])
  const poll = (at: string) => poller.pollWithoutStall(`http://app.example${at}`, { profile: 1 })
  t.like(await poll('/health'), { verdict: 'up', address: '', phasesMs: { dns: 0 } })
  t.like(await poll('/missing'), { verdict: 'down', reason: 'status', status: 404 })
  t.deepEqual(seen[0], ['app.example', '/health'])
})

test('unix: what is wrong with the socket', async (t) => {
  const path = await startUnix(t, (_, response) => void response.writeHead(204).end())
  const directory = directoryOf(t)
  const file = join(directory, 'file')
  writeFileSync(file, '')
  const poller = pollerWith(t, [{ unix: join(directory, 'none') }, { unix: file }, { unix: path }])
  const poll = (profile: number) => poller.pollWithoutStall('http://app.example/', { profile })
  t.like(await poll(1), { reason: 'refused', detail: `there is no socket ${join(directory, 'none')}` })
  t.like(await poll(2), { reason: 'refused', detail: `${REASON_FACTS.refused.text} ${file}` })
  if (process.getuid?.() !== 0) {
    chmodSync(path, 0o000)
    t.like(await poll(3), { verdict: 'unknown', reason: 'local' })
  }
})

test('unix: a socket is not public', async (t) => {
  const path = await startUnix(t, (_, response) => void response.writeHead(204).end())
  const poller = pollerWith(t, [{ unix: path }], { denyPrivate: true })
  const state = await poller.pollWithoutStall('http://app.example/', { profile: 1 })
  t.like(state, { verdict: 'down', reason: 'policy' })
})

test('unix: a dead socket is down though no canary answers, and an answer says nothing of the network', async (t) => {
  const path = await startUnix(t, (_, response) => void response.writeHead(204).end())
  const canaries = ['http://192.0.2.1:1/' as never]
  const poller = pollerWith(t, [{ unix: path }, { unix: `${path}-none` }], { canaries, timeoutMs: 10_000 })
  const poll = (profile: number) => poller.pollWithoutStall('http://app.example/', { profile, verdict: 'up' })
  t.like(await poll(1), { verdict: 'up' })
  t.deepEqual(poller.poller.uplink.known, [])
  t.like(await poll(2), { verdict: 'down', reason: 'refused' })
})

test('transports go when no profile has them any more', async (t) => {
  const poller = pollerWith(t, [])
  const { names: before } = poller.poller.bounds
  const { sessions } = poller.poller.bounds
  for (let n = 1; n < 100; n++) poller.setProfiles([[1, { resolve: [`127.0.0.${n}`] }]])
  // The flags, and the last profile with its way elsewhere, which is that of the flags.
  t.is(poller.poller.bounds.sessions.most, sessions.most * 2)
  poller.setProfiles([[1, {}]])
  t.is(poller.poller.bounds.sessions.most, sessions.most)
  t.deepEqual(poller.poller.bounds.names, before)
  t.like(await poller.poll(resource('http://127.0.0.1:1/', { profile: 1 })), { reason: 'refused' })
})
