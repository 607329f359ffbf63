import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { Http2SecureServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { startExporter } from '../helpers/blackbox-exporter.ts'
import { selfSigned } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { HostileServer, SCRIPTS } from '../helpers/hostile-server.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { tcpServer } from '../helpers/tcp-server.ts'
import { testWith } from '../helpers/tool.ts'

// What probes by HTTP find, by headcount and by the real blackbox_exporter: redirects, TLS, hostile servers. Times must be zero for both
// or for none; all else agrees, but for what docs/blackbox.md explains.

const CONFIG = `modules:
  http_2xx: {prober: http, timeout: 2s}
  ca: {prober: http, timeout: 2s, http: {tls_config: {ca_file: DIR/ca.pem}}}
  insecure: {prober: http, timeout: 2s, http: {tls_config: {insecure_skip_verify: true}}}
  nofollow: {prober: http, timeout: 2s, http: {follow_redirects: false}}
  moved: {prober: http, timeout: 2s, http: {follow_redirects: false, valid_status_codes: [302]}}
  head: {prober: http, timeout: 2s, http: {method: HEAD}}
  post: {prober: http, timeout: 2s, http: {method: POST, body: "abc"}}
  limit: {prober: http, timeout: 2s, http: {body_size_limit: 100B}}
  cookie: {prober: http, timeout: 2s, http: {headers: {Cookie: 'z=1; y=2'}}}
  http1: {prober: http, timeout: 2s, http: {enable_http2: false, tls_config: {insecure_skip_verify: true}}}
  referer: {prober: http, timeout: 2s, http: {headers: {Referer: 'http://r.example/'}, tls_config: {insecure_skip_verify: true}}}
  host: {prober: http, timeout: 2s, http: {headers: {Host: a.example}}}
  basic: {prober: http, timeout: 2s, http: {basic_auth: {username: u, password: p}}}
  ip4: {prober: http, timeout: 2s, http: {preferred_ip_protocol: ip4, ip_protocol_fallback: false}}
  ip6: {prober: http, timeout: 2s, http: {preferred_ip_protocol: ip6, ip_protocol_fallback: false}}
`

type Answer = (response: ServerResponse, request: IncomingMessage, query: URLSearchParams) => void

/** By path; others are answered with a short text. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  '/chain'(response, _, query) {
    const left = Number(query.get('left'))
    if (left > 0) response.writeHead(302, { location: `/chain?left=${left - 1}` })
    response.end(left > 0 ? '' : 'done')
  },
  '/to': (response, _, query) => response.writeHead(302, { location: query.get('url') ?? '' }).end(),
  // As UTF-8, byte for byte.
  '/raw-location': (response) =>
    response.writeHead(302, { location: Buffer.from('/ä').toString('latin1') }).end(),
  '/%C3%A4': (response) => response.end('the page with two dots'),
  // `Location: ?` leads to the same path with an empty query.
  '/question': (response, { url = '' }) =>
    url.endsWith('?') ? response.end('an empty query') : response.writeHead(302, { location: '?' }).end(),
  '/no-location': (response) => response.writeHead(302).end('x'),
  '/cookie'(response, { headers }, query) {
    if (headers.cookie === 'a=1') response.end('ok')
    else if (query.has('again')) response.writeHead(403).end()
    else response.writeHead(302, { 'set-cookie': 'a=1; Path=/', location: '/cookie?again=1' }).end()
  },
  // The length of the second answer shows which cookies came back.
  '/cookies/set': (response, _, query) =>
    response
      .writeHead(302, {
        'set-cookie': query.getAll('cookie'),
        location: query.get('to') ?? '/cookies/shown',
      })
      .end(),
  '/cookies/shown': (response, { headers }) => response.end(`cookies: ${headers.cookie}`),
  // The body shows the header, without the port of the server.
  '/referer': (response, { headers }) => response.end(`from ${headers.referer?.replace(/:\d+/, '')}`),
  '/host': (response, { headers }) => response.end(headers.host),
  '/chunked'(response) {
    response.write('abc')
    setImmediate(() => response.end('def'))
  },
  '/last-modified': (response) =>
    response.writeHead(200, { 'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT' }).end('x'),
  '/large': (response) => response.end(Buffer.alloc(300_000)),
  '/cut'(response) {
    response.writeHead(200, { 'content-length': 100 }).write('abc', () => response.destroy())
  },
  '/no-content': (response) => response.writeHead(204).end(),
  '/missing': (response) => response.writeHead(404).end('no'),
  '/auth': (response, { headers }) =>
    response.writeHead(headers.authorization === undefined ? 401 : 200).end(headers.authorization),
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
  const known = ANSWERS[pathname]
  if (known === undefined) response.end('hello')
  else known(response, request, searchParams)
}

/** `more`: further parameters. */
interface Pair {
  readonly module: string
  readonly target: string
  readonly more?: string
}

/** Hosts of the servers. */
interface Servers {
  readonly plain: string
  readonly tls13: string
  readonly tls12: string
  readonly http2: string
  /** It refuses a handshake in which another protocol alone is offered. */
  readonly onlyHttp2: string
  /** Their Content-Length is the greatest that 64 bits with a sign hold, and one more. */
  readonly longest: string
  readonly tooLong: string
}

async function startServers(t: ExecutionContext, directory: string): Promise<Servers> {
  const pair = await selfSigned([
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ])
  writeFileSync(join(directory, 'ca.pem'), pair.cert)
  const listen = async (server: Server | Http2SecureServer) => {
    server.listen(0, '127.0.0.1')
    t.teardown(() => server.close())
    await once(server, 'listening')
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const ofLength = async (length: bigint) => {
    const { port } = await tcpServer(t, (socket) => {
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nabc`))
    })
    return `127.0.0.1:${port}`
  }
  const origin = await startOrigin(t, answer)
  return {
    plain: `127.0.0.1:${origin.port}`,
    longest: await ofLength(2n ** 63n - 1n),
    tooLong: await ofLength(2n ** 63n),
    tls13: await listen(createHttpsServer(pair, answer)),
    tls12: await listen(createHttpsServer({ ...pair, maxVersion: 'TLSv1.2' }, answer)),
    onlyHttp2: await listen(createSecureServer(pair, answer as never)),
    http2: await listen(createSecureServer({ ...pair, allowHTTP1: true }, answer as never)),
  }
}

/** What a server sets: one or several cookies. */
const COOKIES: readonly (readonly string[])[] = [
  ['a=b'],
  ['a=b; Secure'],
  ['a=b; Path=/other'],
  ['a=b; Path=/cookies'],
  ['a=b; Path=x'],
  ['a=b; Domain=example.com'],
  ['a=b; Domain=127.0.0.1'],
  ['a=b; Domain=localhost'],
  ['a=b; Expires=Wed, 21 Oct 2015 07:28:00 GMT'],
  ['a=b; Expires=Wed, 21 Oct 2150 07:28:00 GMT'],
  ['a=b; Max-Age=0'],
  ['a=b; Max-Age=-5'],
  ['a=b; Max-Age=5; Expires=Wed, 21 Oct 2015 07:28:00 GMT'],
  ['__Host-a=b'],
  ['a="b"'],
  ['a=b=c'],
  ['a=\u00e9'],
  ['a=b"c'],
  ['a b=c'],
  ['a'],
  ['=b'],
  ['a='],
  ['a=b', 'c=d', 'a=e'],
  ['a=b; Path=/', 'a=c', 'd=e; Path=/'],
  ['a=b', 'a=; Max-Age=0'],
  ['z=3'],
  ['y=3; Path=/other', 'a=b'],
]

function pairsOf({ plain, tls13, tls12, http2, onlyHttp2, longest, tooLong }: Servers): readonly Pair[] {
  const http = `http://${plain}`
  const [local, localTls, localHttp2] = [plain, tls13, http2].map((host) =>
    host.replace('127.0.0.1', 'localhost'),
  )
  const of = (module: string, ...targets: string[]) => targets.map((target) => ({ module, target }))
  return [
    ...of(
      'http_2xx',
      ...Object.keys(ANSWERS).map((path) => http + path),
      plain,
      `${http}?x`,
      `HTTP://${plain}/`,
    ),
    ...of('http_2xx', ...[3, 10, 11].map((left) => `${http}/chain?left=${left}`)),
    ...of(
      'http_2xx',
      ...[
        'http://[::1',
        'ftp://a.example/',
        `http://${local}/host`,
        'http://127.0.0.1:1/',
        '?x',
        '../host',
      ].map((url) => `${http}/to?url=${encodeURIComponent(url)}`),
    ),
    ...COOKIES.flatMap((cookies) => {
      const pairs = cookies.map((cookie) => ['cookie', cookie])
      const query = String(new URLSearchParams(pairs))
      const elsewhere = `${query}&${String(new URLSearchParams({ to: `http://${plain}/cookies/shown` }))}`
      return [
        { module: 'http_2xx', target: `${http}/cookies/set?${query}` },
        { module: 'cookie', target: `${http}/cookies/set?${query}` },
        { module: 'insecure', target: `https://${tls13}/cookies/set?${query}` },
        { module: 'insecure', target: `https://${tls13}/cookies/set?${elsewhere}` },
        { module: 'http_2xx', target: `http://${local}/cookies/set?${query}` },
      ]
    }),
    ...[http, `https://${tls13}`].flatMap((base) => {
      const elsewhere = `${base}/to?url=${encodeURIComponent(`${http}/referer`)}`
      return [
        ...of('insecure', `${base}/to?url=/referer`, elsewhere),
        ...of('referer', `${base}/to?url=/referer`, elsewhere),
      ]
    }),
    ...of('insecure', `http://me:secret@${plain}/to?url=/referer`),
    ...of('http1', ...[tls13, http2, onlyHttp2].map((host) => `https://${host}/`)),
    ...[longest, tooLong].flatMap((host) =>
      ['http_2xx', 'head'].map((module) => ({ module, target: `http://${host}/` })),
    ),
    ...of('http_2xx', `${http}/question?x`, `${http}/question?`, `${http}/question?#x`),
    ...of(
      'moved',
      ...['/x', '', 'http://127.0.0.1:99999/', 'http://127.0.0.1:1:80/', 'ftp://a.example/'].map(
        (url) => `${http}/to?url=${encodeURIComponent(url)}`,
      ),
    ),
    ...of('nofollow', `${http}/chain?left=1`, `${http}/missing`),
    ...of('head', `${http}/`, `${http}/chunked`, `${http}/chain?left=2`, `${http}/no-content`),
    ...of('post', `${http}/`, `${http}/chain?left=1`),
    ...of('limit', `${http}/large`, `${http}/`),
    ...of('host', `${http}/host`, `${http}/chain?left=1`),
    ...of(
      'basic',
      `${http}/auth`,
      `http://another:password@${plain}/auth`,
      `${http}/to?url=${encodeURIComponent(`http://another:password@${plain}/auth`)}`,
    ),
    ...of('ip4', `http://${local}/`, 'http://[::1]:1/'),
    ...of('ip6', `${http}/`, 'http://[::1]:1/'),
    ...of(
      'http_2xx',
      `http://u:p@${plain}/auth`,
      'http://[::1]:1/',
      `https://${tls13}/`,
      `https://${plain}/`,
      `http://${tls13}/`,
    ),
    ...of('ca', ...[tls13, tls12, http2, localTls, localHttp2].map((host) => `https://${host}/`)),
    ...of(
      'ca',
      `https://${http2}/missing`,
      `https://${localHttp2}/chain?left=2`,
      `https://${tls13}/to?url=${encodeURIComponent(`https://${localHttp2}/`)}`,
    ),
    ...of('insecure', `https://${tls13}/`, `https://${http2}/chunked`, `https://${tls12}/chain?left=1`),
    ...of(
      'http_2xx',
      '',
      'http://',
      'http:///x',
      'a b',
      `${http}/a b`,
      `${http}/ä`,
      `${http}/%zz`,
      'a\u0000b',
      'http://a.example/\n',
    ),
    ...of('http_2xx', 'no-such-name.invalid', 'file:///etc/passwd', 'http://127.0.0.1:-1/'),
    ...of('none', plain),
    { module: 'http_2xx', target: `${http}/host`, more: '&hostname=b.example' },
    { module: 'host', target: `${http}/host`, more: '&hostname=b.example' },
    { module: 'ca', target: `https://${tls13}/`, more: '&hostname=wrong.example' },
    { module: 'ca', target: `https://${tls13}/`, more: '&hostname=localhost' },
  ]
}

/** Of the hostile server: what docs/blackbox.md explains. */
const EXPLAINED: ReadonlySet<string> = new Set([
  'switching-protocols',
  'switching-to-nothing',
  'status-000',
  'status-099',
  'head-too-large',
  'header-too-large',
  'phrase-too-large',
])

/** These depend on the moment of the deadline. */
const ENDLESS: ReadonlySet<string> = new Set(['endless-body'])

const TIMES = /^probe_(?:duration_seconds|dns_lookup_time_seconds|http_duration_seconds)\b/

/** The status and all lines; of a time, whether there was one. */
function comparable(status: number, text: string): string {
  const lines = text.split('\n').filter((line) => !line.includes('headcount_'))
  return [status, ...lines]
    .map((line) =>
      TIMES.test(String(line))
        ? String(line).replace(/ \S+$/, (time) => (Number(time) > 0 ? ' some' : ' 0'))
        : line,
    )
    .join('\n')
}

testWith('prometheus-blackbox-exporter')('probes by HTTP find the same as blackbox_exporter', async (t) => {
  const directory = directoryOf(t)
  const servers = await startServers(t, directory)
  const hostile = await HostileServer.start()
  t.teardown(() => hostile.close())
  const config = join(directory, 'blackbox.yml')
  writeFileSync(config, CONFIG.replaceAll('DIR', directory))
  const [theirs, { url: ours }] = await Promise.all([
    startExporter(t, config),
    startListening(t, ['--probe-config', config]),
  ])
  const ask = async (base: string, { module, target, more = '' }: Pair) => {
    const query = `module=${module}&target=${encodeURIComponent(target)}${more}`
    const response = await fetch(`${base}/probe?${query}`, { headers: { connection: 'close' } })
    return comparable(response.status, await response.text())
  }
  const ofHostile = Object.keys(SCRIPTS)
    .filter((name) => !EXPLAINED.has(name) && !ENDLESS.has(name))
    .map((name) => ({ module: 'http_2xx', target: hostile.url(name) }))
  const pairs: readonly Pair[] = [...pairsOf(servers), ...ofHostile]
  t.true(pairs.length > 100, `${pairs.length} pairs`)
  for (const pair of pairs) {
    const [theirText, ourText] = await Promise.all([ask(theirs, pair), ask(ours, pair)])
    t.is(ourText, theirText, `${pair.module} ${pair.target}${pair.more ?? ''}`)
  }
})
