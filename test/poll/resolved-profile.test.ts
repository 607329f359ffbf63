import { createServer } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import type { UrlOptions } from '../../src/settings/url-options.ts'
import { selfSigned } from '../helpers/certificates.ts'
import { HostileServer } from '../helpers/hostile-server.ts'
import type { Script } from '../helpers/hostile-server.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** Longer than a connection is not reused after its first response, in ms. */
const COOLED_MS = 120

async function serve(
  t: ExecutionContext,
  scripts: Readonly<Record<string, Script>> = {},
): Promise<HostileServer> {
  const server = await HostileServer.start(scripts)
  t.teardown(() => server.close())
  return server
}

/** A poller with these profiles, numbered from 1. */
function pollerWith(
  t: ExecutionContext,
  profiles: readonly Partial<UrlOptions>[],
  flags: Partial<PollOptions> = {},
): TestPoller {
  const poller = new TestPoller(flags)
  t.teardown(() => poller.close())
  poller.setProfiles(profiles.map((profile, n) => [n + 1, profile]))
  return poller
}

test('each Resource is polled with the settings of its profile', async (t) => {
  const server = await serve(t)
  const headers = [['X-Team', 'flags'] as const, ['X-Other', 'flags'] as const]
  const flags = { headers, getFallback: false }
  const own: Partial<UrlOptions> = {
    method: 'GET',
    headers: [['x-team', 'own']],
    userAgent: 'own/1',
    accept: [[404, 404]],
  }
  const poller = pollerWith(t, [own, { accept: [[500, 599]] }], flags)
  const asked = (profile: number) => poller.pollWithoutStall(server.url('none'), { profile })
  t.like(await asked(0), { verdict: 'down', method: 'HEAD', status: 404 })
  t.like(await asked(1), { verdict: 'up', method: 'GET', status: 404 })
  t.like(await asked(2), { verdict: 'down', method: 'HEAD', status: 404 })
  const [byFlags, byOwn] = server.heads.map((head) => head.toLowerCase())
  t.regex(byFlags ?? '', /^x-team: flags\r\n/m)
  t.regex(byFlags ?? '', /^user-agent: headcount\/test\r\n/m)
  t.regex(byOwn ?? '', /^x-team: own\r\n/m)
  t.notRegex(byOwn ?? '', /^x-team: flags/m)
  t.regex(byOwn ?? '', /^x-other: flags\r\n/m)
  t.regex(byOwn ?? '', /^user-agent: own\/1\r\n/m)
})

test('deadline, redirects, GET fallback and second attempt follow the profile', async (t) => {
  const to: Script = (socket) => void socket.end('HTTP/1.1 302 Found\r\nLocation: /ok\r\n\r\n')
  const refusing: Script = (socket, { method }) =>
    void socket.end(`HTTP/1.1 ${method === 'HEAD' ? '405 No' : '200 OK'}\r\n\r\n`)
  const server = await serve(t, { to, refusing })
  const different = { maxRedirects: 0, getFallback: false, recheck: false }
  const poller = pollerWith(t, [different, { timeoutMs: 60 }], { timeoutMs: 20_000 })
  const poll = (path: string, profile: number, verdict: 'up' | 'pending' = 'pending') =>
    poller.pollWithoutStall(server.url(path), { profile, verdict })
  t.like(await poll('silent', 2), { reason: 'timeout', status: 0 })
  t.like(await poll('to', 1), { status: 302, redirects: 0 })
  t.like(await poll('to', 0), { status: 200, redirects: 1 })
  t.like(await poll('refusing', 1), { status: 405, method: 'HEAD' })
  t.like(await poll('refusing', 0), { status: 200, method: 'GET' })
  const refused = { profile: 1, headRefusedUntil: Number.MAX_VALUE }
  t.like(await poller.pollWithoutStall(server.url('refusing'), refused), { status: 405, method: 'HEAD' })
  t.like(await poll('reset-at-once', 1, 'up'), { reason: 'reset', rechecked: false })
  t.like(await poll('reset-at-once', 0, 'up'), { reason: 'reset', rechecked: true })
})

test('a waiting Resource keeps the settings it came with when its profile changes', async (t) => {
  let release = () => {}
  const slow: Script = (socket) => (release = () => void socket.end('HTTP/1.1 200 OK\r\n\r\n'))
  const server = await serve(t, { slow })
  const poller = pollerWith(t, [{ userAgent: 'old' }], { hostConcurrency: 1, timeoutMs: 20_000 })
  const first = poller.poll(resource(server.url('slow'), { profile: 1 }))
  const waits = poller.poll(resource(server.url('ok?old'), { profile: 1 }))
  poller.setProfiles([[1, { userAgent: 'new' }]])
  const after = poller.poll(resource(server.url('ok?new'), { profile: 1 }))
  await waitUntil(() => server.heads.length > 0)
  release()
  await Promise.all([first, waits, after])
  const agents = server.heads.map((head) => /^user-agent: (\w+)/m.exec(head)?.[1])
  t.deepEqual(agents, ['old', 'old', 'new'])
})

test('connections and TLS sessions made without checks are not used for URLs that want checks', async (t) => {
  const pair = await selfSigned([{ type: 'ip', value: '127.0.0.1' }])
  const tls = createServer(pair, () => {})
  tls.on('tlsClientError', () => {})
  const server = await HostileServer.start({}, tls)
  t.teardown(() => server.close())
  const poller = pollerWith(t, [
    { insecure: true, keepAlive: true },
    { keepAlive: true },
    { insecure: true, keepAlive: true, accept: [[404, 404]], getFallback: false },
  ])
  const poll = (path: string, profile: number) =>
    poller.pollWithoutStall(`https://127.0.0.1:${server.port}/${path}`, { profile })
  for (let more = 0; more < 2; more++) {
    t.like(await poll('ok-open', 1), { verdict: 'up' })
    poller.skip(COOLED_MS)
  }
  t.is(server.connections, 1)
  t.like(await poll('ok-open', 2), { verdict: 'down', reason: 'tls-untrusted' })
  t.like(await poll('ok-open', 0), { verdict: 'down', reason: 'tls-untrusted' })
  const { connections } = server
  // Profiles with the same options share them.
  t.like(await poll('ok-open', 3), { verdict: 'down', reason: 'status', status: 200 })
  t.is(server.connections, connections)
})

test('the address family is that of the profile', async (t) => {
  const server = await serve(t)
  const poller = pollerWith(t, [{ family: 6 }, { family: 4 }])
  t.like(await poller.pollWithoutStall(server.url('ok'), { profile: 1 }), { reason: 'policy' })
  t.like(await poller.pollWithoutStall(server.url('ok'), { profile: 2 }), { verdict: 'up' })
})

test('a Resource with an unknown profile is refused', (t) => {
  const poller = pollerWith(t, [])
  const unknown = resource('http://127.0.0.1:1/', { profile: 7 })
  t.throws(() => poller.poller.accept([unknown]), { message: /arrived before its profile 7$/ })
})
