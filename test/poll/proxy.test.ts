import { createServer as createTlsServer } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { REASON_FACTS } from '../../src/state/reasons.ts'
import { parseProxySetting } from '../../src/settings/proxy.ts'
import type { Proxy } from '../../src/settings/proxy.ts'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import type { Url } from '../../src/resource/resource.ts'
import type { State } from '../../src/state/state.ts'
import { Authority } from '../helpers/certificates.ts'
import { dnsServer } from '../helpers/dns-server.ts'
import { freePort } from '../helpers/free-port.ts'
import { httpsServer } from '../helpers/https-server.ts'
import { startOrigin } from '../helpers/origin.ts'
import { startMicrosocks, startProxy, startTinyproxy, tunnel } from '../helpers/proxy-server.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'
import { testWith } from '../helpers/tool.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const proxied = (url: string, more: Overrides = {}): Overrides => ({ proxy: parseProxySetting(url), ...more })

/** A poller with these profiles, numbered from 1. */
function pollerWith(t: ExecutionContext, profiles: readonly Overrides[], flags: Partial<PollOptions> = {}) {
  // Nothing answers at the resolver.
  const poller = new TestPoller({ timeoutMs: 20_000, resolvers: ['127.0.0.1:1'], ...flags })
  t.teardown(() => poller.close())
  poller.setProfiles(profiles.map((profile, n) => [n + 1, profile]))
  return poller
}

async function startTls(t: ExecutionContext, authority: Authority, name: string) {
  const pair = await authority.issue([{ type: 'dns', value: name }])
  return httpsServer(t, pair, (_, response) => void response.writeHead(204).end())
}

const CONNECTED = 'HTTP/1.1 200 Connection established\r\n\r\n'

const ADDRESSES = Array.from({ length: 20 }, (_, n) => `192.0.2.${n + 1}`)

test('of the addresses of a host, a proxy reaches only the last', async (t) => {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, (socket, text) => {
    if (text.includes('192.0.2.20')) tunnel(socket, origin.port, CONNECTED)
    else socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  const poller = pollerWith(t, [proxied(`http://127.0.0.1:${proxy.port}`, { resolve: ADDRESSES })])
  const state = await poller.pollWithoutStall('http://app.example/', { profile: 1 })
  t.like(state, { verdict: 'up', status: 204 }, state.detail)
  t.is(proxy.asked.length, 20)
})

test('an address that a proxy gets no answer from gives way to the next', async (t) => {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, (socket, text) => {
    if (text.includes('192.0.2.2:')) tunnel(socket, origin.port, CONNECTED)
  })
  const more = { resolve: ADDRESSES.slice(0, 2), timeoutMs: 12_001 }
  const poller = pollerWith(t, [proxied(`http://127.0.0.1:${proxy.port}`, more)])
  const state = await poller.pollWithoutStall('http://app.example/', { profile: 1 })
  t.like(state, { verdict: 'up', status: 204 }, state.detail)
})

test('an HTTP proxy gets requests for http, and makes connections for https', async (t) => {
  const authority = await Authority.create()
  const port = await startTls(t, authority, 'app.example')
  const proxy = await startProxy(t, (socket, text) => {
    if (text.startsWith('CONNECT')) tunnel(socket, port, CONNECTED)
    else socket.end('HTTP/1.1 204 No Content\r\n\r\n')
  })
  const tls = { ca: authority.pem }
  const poller = pollerWith(t, [proxied(`http://me:p%40ss@127.0.0.1:${proxy.port}`)], { tls })
  const plain = await poller.pollWithoutStall('http://app.example/a?b=c', { profile: 1 })
  t.like(plain, { verdict: 'up', address: '127.0.0.1', finalUrl: 'http://app.example/a?b=c' })
  const state = await poller.pollWithoutStall(`https://app.example:${port}/`, { profile: 1 })
  t.like(state, { verdict: 'up', address: '127.0.0.1', httpVersion: '1.1', phasesMs: { dns: 0, connect: 0 } })
  t.true((state.phasesMs.proxy ?? 0) > 0)
  t.true(state.phasesMs.tls > 0)
  const [forwarded = '', asked = ''] = proxy.asked
  t.regex(forwarded, /^HEAD http:\/\/app\.example\/a\?b=c HTTP\/1\.1\r\nhost: app\.example\r\n/)
  t.regex(
    asked,
    new RegExp(`^CONNECT app\\.example:${port} HTTP/1\\.1\\r\\nhost: app\\.example:${port}\\r\\n`),
  )
  for (const text of [forwarded, asked]) t.regex(text, /proxy-authorization: Basic bWU6cEBzcw==\r\n/)
})

test('an HTTPS proxy is reached over TLS, and its certificate is checked', async (t) => {
  const authority = await Authority.create()
  const port = await startTls(t, authority, 'app.example')
  const other = await startOrigin(t)
  const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const server = createTlsServer(pair, () => {})
  server.on('tlsClientError', () => {})
  const proxy = await startProxy(
    t,
    (socket, text) =>
      text.startsWith('CONNECT') ? tunnel(socket, port, CONNECTED) : tunnel(socket, other.port, ''),
    server,
  )
  const tls = { ca: authority.pem }
  const url = `https://127.0.0.1:${proxy.port}`
  const poller = pollerWith(t, [proxied(url)], { tls })
  t.like(await poller.pollWithoutStall(`https://app.example:${port}/`, { profile: 1 }), { verdict: 'up' })
  const without = pollerWith(t, [proxied(url)])
  const state = await without.pollWithoutStall(`https://app.example:${port}/`, { profile: 1 })
  t.like(state, {
    verdict: 'unknown',
    reason: 'proxy',
    detail: `${url}: the issuer of the certificate is unknown`,
  })
})

testWith('tinyproxy', ['-v'])('tinyproxy: http and https, and what it says of a dead server', async (t) => {
  const authority = await Authority.create()
  const port = await startTls(t, authority, 'localhost')
  const origin = await startOrigin(t)
  const dead = await freePort()
  const url = `http://127.0.0.1:${await startTinyproxy(t)}`
  const tls = { ca: authority.pem }
  const poller = pollerWith(t, [proxied(url, { keepAlive: true })], { tls })
  const poll = (what: string) => poller.pollWithoutStall(what, { profile: 1 })
  t.like(await poll(`${origin.url}/a`), { verdict: 'up' })
  t.deepEqual(origin.requestPaths, ['/a'])
  t.like(await poll(`https://localhost:${port}/`), { verdict: 'up' })
  t.like(await poll(`https://localhost:${dead}/`), { verdict: 'down', reason: 'unreachable' })
  t.like(await poll(`http://localhost:${dead}/`), { verdict: 'down', reason: 'status' })
})

testWith('tinyproxy', ['-v'])('tinyproxy: names and passwords', async (t) => {
  const authority = await Authority.create()
  const port = await startTls(t, authority, 'localhost')
  const origin = await startOrigin(t)
  const at = `127.0.0.1:${await startTinyproxy(t, ['BasicAuth me secret'])}`
  const tls = { ca: authority.pem }
  const poller = pollerWith(
    t,
    [proxied(`http://me:secret@${at}`), proxied(`http://me:wrong@${at}`), proxied(`http://${at}`)],
    { tls },
  )
  const poll = (url: string, profile: number) => poller.pollWithoutStall(url, { profile })
  t.like(await poll(`${origin.url}/`, 1), { verdict: 'up' })
  t.like(await poll(`https://localhost:${port}/`, 1), { verdict: 'up' })
  const refused = await poll(`https://localhost:${port}/`, 2)
  t.like(refused, { verdict: 'unknown', reason: 'proxy' })
  t.regex(refused.detail, new RegExp(`^http://${at}: the proxy answered 40[17] `))
  // With 407, as other proxies, it answers only what has no password.
  t.like(await poll(`${origin.url}/`, 2), { verdict: 'down', reason: 'status', status: 401 })
  t.like(await poll(`${origin.url}/`, 3), {
    verdict: 'unknown',
    reason: 'proxy',
    detail: `http://${at}: the proxy answered 407 Proxy Authentication Required`,
  })
})

testWith('microsocks', null)(
  'microsocks: addresses, names that it looks up, a dead server, passwords',
  async (t) => {
    const authority = await Authority.create()
    const port = await startTls(t, authority, 'localhost')
    const origin = await startOrigin(t)
    const dead = await freePort()
    const open = `127.0.0.1:${await startMicrosocks(t)}`
    const closed = `127.0.0.1:${await startMicrosocks(t, ['-u', 'me', '-P', 'secret'])}`
    const tls = { ca: authority.pem }
    const poller = pollerWith(
      t,
      [
        proxied(`socks5h://${open}`),
        proxied(`socks5://${open}`),
        proxied(`socks5h://me:secret@${closed}`),
        proxied(`socks5h://me:wrong@${closed}`),
        proxied(`socks5h://${closed}`),
      ],
      { tls },
    )
    const poll = (url: string, profile: number) => poller.pollWithoutStall(url, { profile })
    const finds = async (url: string, profile: number, expected: Partial<State>) => {
      const state = await poll(url, profile)
      t.like(state, expected, `${url} by profile ${profile}: ${state.detail}`)
    }
    for (const profile of [1, 2, 3]) {
      await finds(`${origin.url}/`, profile, { verdict: 'up' })
      await finds(`https://localhost:${port}/`, profile, { verdict: 'up' })
      await finds(`http://localhost:${dead}/`, profile, { verdict: 'down', reason: 'refused' })
    }
    await finds(`tcp://127.0.0.1:${origin.port}`, 1, { verdict: 'up' })
    await finds(`tcp://127.0.0.1:${dead}`, 1, { verdict: 'down', reason: 'refused' })
    t.like(await poll(`${origin.url}/`, 4), {
      reason: 'proxy',
      detail: `socks5h://${closed}: the proxy refuses the name or password`,
    })
    t.like(await poll(`${origin.url}/`, 5), {
      reason: 'proxy',
      detail: `socks5h://${closed}: the proxy wants a name and password`,
    })
  },
)

test('SOCKS5: an IPv6 address and a name are sent as such', async (t) => {
  const proxy = await startProxy(t, (socket, text) =>
    socket.write(text.length === 3 ? '\x05\x00' : '\x05\x02\x00\x01\0\0\0\0\0\0', 'latin1'),
  )
  const poller = pollerWith(t, [proxied(`socks5h://127.0.0.1:${proxy.port}`)])
  for (const url of ['http://[2001:db8::7]:8080/', 'http://a.example/'])
    await poller.poll({ ...resource(url), profile: 1 })
  const hex = proxy.asked.map((text) => Buffer.from(text, 'latin1').toString('hex'))
  t.is(hex[1], '0501000420010db80000000000000000000000071f90')
  t.is(hex[3], `0501000309${Buffer.from('a.example').toString('hex')}0050`)
})

const latin1 = (text: string) => Buffer.from(text).toString('latin1')

const ODD: readonly [what: string, scheme: string, answer: string | null, detail: RegExp][] = [
  ['closes', 'http', '', /closed before an answer/],
  ['does not speak HTTP', 'http', 'SSH-2.0-OpenSSH\r\n', /the answer is not HTTP/],
  ['never ends its head', 'http', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(4_000)}`, /the answer is too long/],
  ['forbids it', 'http', 'HTTP/1.1 403 Filtered\r\n\r\n', /the proxy answered 403 Filtered/],
  [
    'forbids it in UTF-8',
    'http',
    `HTTP/1.1 403 ${latin1('gesperrt für dich')}\r\n\r\n`,
    / 403 gesperrt für dich$/,
  ],
  ['forbids it in Latin-1', 'http', 'HTTP/1.1 403 für\r\n\r\n', / 403 für$/],
  ['goes over to another protocol', 'http', 'HTTP/1.1 101 Switching\r\n\r\n', / 101 Switching$/],
  ['says only that it will answer', 'http', 'HTTP/1.1 100 Continue\r\n\r\n', /no answer in time/],
  [
    'forbids it after a hint',
    'http',
    'HTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 403 No\r\n\r\n',
    / 403 No$/,
  ],
  ['does not speak SOCKS', 'socks5h', 'HTTP/1.1 400 Bad\r\n\r\n', /the answer is not SOCKS5/],
  ['has no method for us', 'socks5h', '\x05\xff', /the proxy wants a name and password/],
  ['is silent', 'http', null, /no answer in time/],
  ['is silent', 'socks5h', null, /no answer in time/],
]
for (const [what, scheme, answer, detail] of ODD)
  test(`a proxy (${scheme}) that ${what} makes the URL unknown`, async (t) => {
    const proxy = await startProxy(t, (socket) => {
      if (answer === '') socket.end()
      else if (answer !== null) socket.write(answer, 'latin1')
    })
    const url = `${scheme}://127.0.0.1:${proxy.port}`
    const poller = pollerWith(t, [proxied(url, detail.test('no answer in time') ? { timeoutMs: 400 } : {})])
    const state = await poller.pollWithoutStall('https://app.example/', { profile: 1 })
    t.like(state, { verdict: 'unknown', reason: 'proxy' })
    t.true(state.detail.startsWith(`${url}: `))
    t.regex(state.detail, detail)
  })

test('a proxy where nobody listens makes the URL unknown, and is no fault of the URL', async (t) => {
  const port = await freePort()
  const poller = pollerWith(t, [proxied(`http://127.0.0.1:${port}`)])
  const state = await poller.pollWithoutStall('http://app.example/', {
    profile: 1,
    verdict: 'up',
    errCount: 0,
  })
  t.like(state, {
    verdict: 'unknown',
    reason: 'proxy',
    errCount: 0,
    detail: `http://127.0.0.1:${port}: ${REASON_FACTS.refused.text} 127.0.0.1:${port}`,
  })
})

test('what a silent server behind a proxy that answers others is: down', async (t) => {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, (socket, text) => {
    if (text.includes('alive')) tunnel(socket, origin.port, CONNECTED)
  })
  const poller = pollerWith(t, [proxied(`http://127.0.0.1:${proxy.port}`, { timeoutMs: 3_000 })])
  const poll = (url: string) => poller.poll({ ...resource(url), profile: 1 })
  const dead = poll('tcp://dead.example:80')
  t.like(await poll('tcp://alive.example:80'), { verdict: 'up' })
  const { reason, detail } = await dead
  // On a busy machine the thread may stand still; then the detail says what there would be without that.
  t.regex(`${reason}: ${detail}`, /\btimeout: http:\S+ no answer in time/)
})

test('URLs that were up are unknown when nothing behind their proxy answers, and direct ones are not affected', async (t) => {
  const origin = await startOrigin(t)
  let works = true
  const proxy = await startProxy(t, (socket) => {
    if (works) tunnel(socket, origin.port, CONNECTED)
    else socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
  })
  const poller = pollerWith(t, [proxied(`http://127.0.0.1:${proxy.port}`)])
  const poll = (url: string, verdict: 'up' | 'pending' = 'pending', profile = 1) =>
    poller.pollWithoutStall(url, { profile, verdict })
  for (const name of ['a', 'b', 'c']) t.like(await poll(`tcp://${name}.example:80`), { verdict: 'up' })
  works = false
  const one = await poll('tcp://a.example:80', 'up')
  t.like(one, {
    verdict: 'unknown',
    reason: 'proxy',
    detail: `http://127.0.0.1:${proxy.port}: nothing behind it answers`,
  })
  t.like(await poll(`${origin.url}/`, 'up', 0), { verdict: 'up' })
  works = true
  t.like(await poll('tcp://b.example:80', 'up'), { verdict: 'up' })
  t.is(poller.uplink.length, 0)
})

test('the canaries of the flags are behind the proxy of the flags', async (t) => {
  let answers = false
  const proxy = await startProxy(t, (socket, text) => {
    if (answers && text.includes('canary')) socket.end('HTTP/1.1 204 No Content\r\n\r\n')
    else socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
  })
  const canaries = ['http://canary.example/' as Url]
  const flags = { proxy: parseProxySetting(`http://127.0.0.1:${proxy.port}`), canaries }
  const poller = pollerWith(t, [], flags)
  t.like(await poller.pollWithoutStall('tcp://a.example:80'), { verdict: 'unknown', reason: 'proxy' })
  // What the proxy answers in the place of the server is no answer.
  t.like(await poller.pollWithoutStall('http://b.example/'), { verdict: 'unknown', reason: 'proxy' })
  answers = true
  const other = pollerWith(t, [], flags)
  t.like(await other.pollWithoutStall('tcp://a.example:80'), { verdict: 'down', reason: 'unreachable' })
  t.like(await other.pollWithoutStall('http://b.example/'), {
    verdict: 'down',
    reason: 'status',
    status: 503,
  })
})

test('what a proxy answers in the place of a canary says nothing of the uplink', async (t) => {
  const names = await dnsServer(t, { 'gone.example': { a: ['127.0.0.1'] } })
  const proxy = await startProxy(t, (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
  const poller = pollerWith(t, [{ proxy: null }], {
    proxy: parseProxySetting(`http://127.0.0.1:${proxy.port}`),
    canaries: ['http://canary.example/' as Url],
    resolvers: [names.address],
  })
  const gone = `http://gone.example:${await freePort()}/`
  const state = await poller.pollWithoutStall(gone, { profile: 1, verdict: 'up' })
  t.like(state, { verdict: 'unknown', reason: 'local' }, state.detail)
  t.regex(state.detail, /no canary answers \(http:\/\/canary\.example\/: unreachable: 502 Bad Gateway\)$/)
})

test('canaries behind a proxy are asked without the data and secrets of the flags, and by GET only if they are polled so', async (t) => {
  let works = true
  const proxy = await startProxy(t, (socket) => {
    socket.end(works ? 'HTTP/1.1 204 No Content\r\n\r\n' : 'HTTP/1.1 503 Service Unavailable\r\n\r\n')
  })
  const flags = {
    proxy: parseProxySetting(`http://127.0.0.1:${proxy.port}`),
    data: { text: 'order=1' },
    auth: { scheme: 'bearer', file: '/token' },
    headers: [['X-Api-Key', 'of the flags']],
  } as const
  const own = { data: null, auth: null, userAgent: 'a poll' }
  const poller = pollerWith(
    t,
    [
      { ...own, method: 'HEAD' },
      { ...own, method: 'GET' },
    ],
    flags,
  )
  poller.poller.setFiles([['/token', Buffer.from('of the flags')]])
  const poll = (name: string, profile: number) =>
    poller.pollWithoutStall(`http://${name}.example/`, { profile, verdict: 'up' })
  t.like(await poll('head', 1), { verdict: 'up' })
  t.like(await poll('get', 2), { verdict: 'up' })
  works = false
  t.like(await poll('head', 1), { verdict: 'unknown', reason: 'proxy' })
  const probes = proxy.asked.filter((text) => !text.includes('a poll'))
  t.deepEqual(
    new Set(probes.map((text) => text.split(' HTTP')[0])),
    new Set(['HEAD http://head.example/', 'GET http://get.example/']),
  )
  for (const text of probes) t.notRegex(text, /of the flags|order/)
})

test('canaries that the list gives are asked as they answered, without the proxy of the flags', async (t) => {
  const names = await dnsServer(t, { 'gone.example': { a: ['127.0.0.1'] } })
  const proxy = await startProxy(t, (socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'))
  const flags = { proxy: parseProxySetting(`http://127.0.0.1:${proxy.port}`), resolvers: [names.address] }
  const poller = pollerWith(t, [{ proxy: null }], flags)
  const { port } = await startOrigin(t)
  const url = `tcp://127.0.0.1:${port}` as Url
  poller.poller.uplink.setSharedCanaries(['192.0.2.1', '192.0.2.2'].map((address) => ({ url, address })))
  const gone = `http://gone.example:${await freePort()}/`
  const state = await poller.pollWithoutStall(gone, { profile: 1, verdict: 'up' })
  t.like(state, { verdict: 'down', reason: 'refused' }, state.detail)
  t.deepEqual([proxy.asked, poller.uplink], [[], []])
})

test('--deny-private: what a proxy is asked for, and the proxy of a list', async (t) => {
  const proxy = await startProxy(t, (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
  const url = `http://127.0.0.1:${proxy.port}`
  const setting = parseProxySetting(url)
  const poller = pollerWith(t, [{ resolve: ['10.1.2.3'] }, proxied('http://127.0.0.2:1')], {
    proxy: setting,
    denyPrivate: true,
  })
  const poll = (what: string, profile = 0) => poller.pollWithoutStall(what, { profile })
  // That of the flags may be private.
  t.like(await poll('http://app.example/'), { verdict: 'up' })
  for (const what of ['http://10.1.2.3/', 'http://localhost/', 'https://[::1]/'])
    t.like(await poll(what), { verdict: 'down', reason: 'policy' }, what)
  t.like(await poll('http://app.example/', 1), { verdict: 'down', reason: 'policy' })
  t.like(await poll('http://app.example/', 2), { verdict: 'down', reason: 'policy' })
  t.is(proxy.asked.length, 1)
})

test('the proxy is named when it takes longest of all that is too slow', async (t) => {
  const origin = await startOrigin(t)
  const proxy = await startProxy(t, (socket) => {
    setTimeout(() => tunnel(socket, origin.port, 'HTTP/1.1 200 OK\r\n\r\n'), 200)
  })
  const poller = pollerWith(t, [proxied(`http://127.0.0.1:${proxy.port}`, { maxTimeMs: 100 })])
  const { reason, detail } = await poller.pollWithoutStall('tcp://a.example:80', { profile: 1 })
  t.regex(`${reason}: ${detail}`, /slow: .*; proxy took \d+ ms/)
})

test('NO_PROXY, and a redirect from one to the other', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === '/') response.writeHead(204).end()
    else response.writeHead(302, { location: 'http://app.example/' }).end()
  })
  const proxy = await startProxy(t, (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
  const env = { http_proxy: `127.0.0.1:${proxy.port}`, NO_PROXY: '127.0.0.0/8' }
  const poller = pollerWith(t, [{ proxy: parseProxySetting('env', env) }])
  const poll = (path: string) => poller.pollWithoutStall(`${origin.url}${path}`, { profile: 1 })
  t.like(await poll('/'), { verdict: 'up', redirects: 0 })
  t.is(proxy.asked.length, 0)
  t.like(await poll('/away'), { verdict: 'up', redirects: 1, finalUrl: 'http://app.example/' })
  t.is(proxy.asked.length, 1)
})

test('heads that come before the answer of a proxy are skipped, in pieces too', async (t) => {
  const origin = await startOrigin(t)
  const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
  const proxy = await startProxy(t, (socket, text) => {
    socket.write(interim.slice(0, 40))
    if (text.includes('whole')) return tunnel(socket, origin.port, interim.slice(40) + CONNECTED)
    setImmediate(() => tunnel(socket, origin.port, interim.slice(40) + CONNECTED))
  })
  const url = `http://127.0.0.1:${proxy.port}`
  const poller = pollerWith(t, [proxied(url), proxied(url, { resolve: ['192.0.2.1'] })])
  for (const name of ['whole', 'pieces'])
    t.like(await poller.pollWithoutStall(`tcp://${name}.example:80`, { profile: 1 }), { verdict: 'up' })
  t.like(await poller.pollWithoutStall('http://app.example/', { profile: 2 }), { verdict: 'up', status: 204 })
})

const BROKEN: readonly (readonly [what: string, answer: string | null, fault: RegExp])[] = [
  ['is silent', null, /no answer in time \(wait\)/],
  ['closes', '', /closed before an answer/],
  ['does not speak HTTP', 'SSH-2.0-OpenSSH\r\n', /the answer is not HTTP/],
  ['answers 502', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', /502 Bad Gateway/],
  ['answers 503', 'HTTP/1.1 503 Service Unavailable\r\n\r\n', /503 Service Unavailable/],
]
for (const [what, answer, fault] of BROKEN)
  test(`an HTTP proxy that ${what} whatever it is asked makes http URLs unknown, from the first poll on`, async (t) => {
    const proxy = await startProxy(t, (socket) => {
      if (answer !== null) socket.end(answer)
    })
    const url = `http://127.0.0.1:${proxy.port}`
    const poller = pollerWith(t, [proxied(url, answer === null ? { timeoutMs: 300 } : {})])
    const [first, second] = await Promise.all(
      ['a', 'b'].map((name) => poller.pollWithoutStall(`http://${name}.example/`, { profile: 1 })),
    )
    for (const state of [first, second, await poller.pollWithoutStall('http://a.example/', { profile: 1 })]) {
      t.like(state, { verdict: 'unknown', reason: 'proxy', errCount: 0 })
      t.true(state?.detail.startsWith(`${url}: nothing behind it has answered yet (`), state?.detail)
      t.regex(state?.detail ?? '', fault)
    }
  })

test('once another URL behind the proxy has answered, to this poller or another, the first poll that fails is down', async (t) => {
  const proxy = await startProxy(t, (socket, text) => {
    if (text.includes('alive')) setImmediate(() => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
    else if (text.startsWith('CONNECT')) socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
    else if (text.includes('garbage')) socket.end('SSH-2.0-OpenSSH\r\n')
    else socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  const url = `http://127.0.0.1:${proxy.port}`
  const poller = pollerWith(t, [proxied(url)])
  const poll = (of: TestPoller, what: string) => of.pollWithoutStall(what, { profile: 1 })
  // The answer to the other comes later.
  const [dead, alive] = await Promise.all(
    ['http://dead.example/', 'http://alive.example/'].map((what) => poll(poller, what)),
  )
  t.like(alive, { verdict: 'up' })
  t.like(dead, { verdict: 'down', reason: 'status', status: 502 })
  t.like(await poll(poller, 'http://garbage.example/'), { verdict: 'down', reason: 'protocol' })
  t.like(await poll(poller, 'https://dead.example/'), { verdict: 'down', reason: 'unreachable' })
  t.deepEqual(poller.poller.proxies.proven, [url])
  const other = pollerWith(t, [proxied(url)])
  other.poller.proxies.setProven(poller.poller.proxies.proven)
  t.like(await poll(other, 'http://dead.example/'), { verdict: 'down', reason: 'status', status: 502 })
  t.deepEqual(other.poller.proxies.proven, [url])
})

test('a redirect from behind the proxy tells that it works', async (t) => {
  const proxy = await startProxy(t, (socket, text) => {
    if (text.includes('/moved')) socket.end('HTTP/1.1 302 Found\r\nlocation: /dead\r\n\r\n')
    else socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  const poller = pollerWith(t, [proxied(`http://127.0.0.1:${proxy.port}`)])
  t.like(await poller.pollWithoutStall('http://a.example/moved', { profile: 1 }), {
    verdict: 'down',
    status: 502,
  })
})

test('when the run ends while a proxy is out, URLs that were up are unknown', async (t) => {
  let works = true
  const proxy = await startProxy(t, (socket) => {
    if (works) socket.end('HTTP/1.1 204 No Content\r\n\r\n')
  })
  const url = `http://127.0.0.1:${proxy.port}`
  const profile = proxied(url, { timeoutMs: 1_500 })
  const known = pollerWith(t, [profile])
  const fresh = pollerWith(t, [profile])
  const names = ['a', 'b', 'c'].map((name) => `http://${name}.example/`)
  for (const poller of [known, fresh])
    for (const name of names) t.like(await poller.pollWithoutStall(name, { profile: 1 }), { verdict: 'up' })
  works = false
  const poll = (poller: TestPoller) =>
    Promise.all(names.map((name) => poller.pollWithoutStall(name, { profile: 1, verdict: 'up' })))
  // One knows that the proxy is out, the other has not found out yet.
  for (const state of await poll(known)) t.like(state, { verdict: 'unknown', reason: 'proxy' })
  for (const [poller, why] of [
    [known, 'nothing behind it answers'],
    [fresh, 'no time was left to ask others behind it'],
  ] as const) {
    const asked = proxy.asked.length
    const polls = poll(poller)
    await waitUntil(() => proxy.asked.length >= asked + names.length)
    const stopped = poller.poller.stop()
    for (const state of await polls)
      t.like(state, { verdict: 'unknown', reason: 'proxy', errCount: 0, detail: `${url}: ${why}` })
    await stopped
  }
})

test('a proxy that has made a connection works, whatever comes over it', async (t) => {
  const proxy = await startProxy(t, (socket, text) => {
    if (text.includes('closing')) socket.end(CONNECTED)
    else if (!text.includes('silent')) socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
  })
  const url = `http://127.0.0.1:${proxy.port}`
  const profile = proxied(url, { timeoutMs: 4_000 })
  const poll = (poller: TestPoller, name: string) =>
    poller.pollWithoutStall(`https://${name}.example/`, { profile: 1 })
  const poller = pollerWith(t, [profile])
  t.like(await poll(poller, 'closing'), { verdict: 'down', reason: 'closed' })
  t.deepEqual(poller.poller.proxies.proven, [url])
  t.like(await poll(poller, 'dead'), { verdict: 'down', reason: 'unreachable' })
  // It answers another request meanwhile, but has reached nobody yet.
  const other = pollerWith(t, [profile])
  const silent = poll(other, 'silent')
  await waitUntil(() => proxy.asked.some((text) => text.includes('silent')))
  const refused = await poll(other, 'dead')
  for (const state of [refused, await silent])
    t.like(state, { verdict: 'unknown', reason: 'proxy' }, state.detail)
  t.is(
    refused.detail,
    `${url}: nothing behind it has answered yet (the proxy answered 503 Service Unavailable)`,
  )
  t.regex((await silent).detail, /: nothing behind it has answered yet \(no answer in time/)
})

test('of many proxies, all are known that were used last', (t) => {
  const { proxies } = pollerWith(t, []).poller
  const names = Array.from({ length: 1_025 }, (_, n) => `http://proxy-${n}.example:3128`)
  const use = (name: string) => proxies.recordConnection(parseProxySetting(name)?.forHttp as Proxy)
  const [first = '', second = '', ...others] = names
  for (const name of [first, second, ...others.slice(0, -1), first]) use(name)
  t.is(proxies.proven.length, 1_024)
  use(others.at(-1) as string)
  t.deepEqual([...proxies.proven].toSorted(), [first, ...others].toSorted())
  // Another poller has used the one that was forgotten.
  proxies.setProven(names)
  use(second)
  t.true(proxies.proven.includes(second))
})

test('want=down: what an HTTP proxy says of a server that it cannot reach is no answer', async (t) => {
  const proxy = await startProxy(t, (socket, text) => {
    if (text.includes('dead')) socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    else socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
  })
  const poller = pollerWith(t, [proxied(`http://127.0.0.1:${proxy.port}`, { want: 'down' })])
  const poll = (url: string) => poller.pollWithoutStall(url, { profile: 1 })
  t.like(await poll('http://alive.example/'), {
    verdict: 'down',
    reason: 'unexpected',
    detail: 'it answers: 404 Not Found',
  })
  const dead = await poll('http://dead.example/')
  t.like(
    dead,
    { verdict: 'up', reason: 'ok', detail: 'no answer (unreachable: 502 Bad Gateway)' },
    dead.detail,
  )
})
