import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import type { ServerOptions } from 'node:https'
import { connect } from 'node:net'
import { text as textOf } from 'node:stream/consumers'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib'
import type { ExecutionContext } from 'ava'
import { startExporter } from '../helpers/blackbox-exporter.ts'
import { Authority } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { dnsServer } from '../helpers/dns-server.ts'
import { freePort } from '../helpers/free-port.ts'
import { httpsServer } from '../helpers/https-server.ts'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { startProxy, tunnel } from '../helpers/proxy-server.ts'
import { tcpServer } from '../helpers/tcp-server.ts'
import { testWith } from '../helpers/tool.ts'

// The rules of modules, asked of headcount and of the real blackbox_exporter with the same configuration: all metrics agree but times.

const BODY = 'The quick brown fox'

/** A path for each answer. */
const ANSWERS: Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>> = {
  '/plain': (response) => response.setHeader('X-A', ['one', 'two']).end(BODY),
  '/missing': (response) => response.writeHead(404).end(BODY),
  '/moved': (response) => response.writeHead(302, { location: '/plain' }).end('moved'),
  '/dated': (response) => response.setHeader('Last-Modified', 'Wed, 21 Oct 2015 07:28:00 GMT').end(BODY),
  '/gzip': (response) => response.setHeader('Content-Encoding', 'gzip').end(gzipSync(BODY)),
  '/br': (response) => response.end(brotliCompressSync(BODY)),
  '/deflate': (response) => response.end(deflateRawSync(BODY)),
  '/marked': (response) => response.end(`\ufeff${BODY}`),
  '/utf-16': (response) => response.end(Buffer.from(`\ufeff${BODY}`, 'utf16le')),
  '/empty': (response) => response.end(),
  '/spoilt': (response) => response.end(gzipSync(BODY).fill(0xff, 10)),
  '/cut': (response) => response.end(gzipSync(BODY).subarray(0, -12)),
  '/long': (response) => response.end('x'.repeat(5_000)),
  '/token': (response, request) =>
    void textOf(request).then((body) => {
      const form = new URLSearchParams(body)
      const token = `${form.get('scope')} ${form.get('e')}`.replaceAll(' ', '_')
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: 3_600 }))
    }),
  '/echo': (response, request) => {
    const names = ['authorization', 'x-b', 'content-type', 'user-agent'] as const
    response.write(`${request.method} ${names.map((name) => String(request.headers[name])).join('|')} `)
    request.pipe(response)
  },
}

/** Modules of the prober http without their first lines, and the paths that each is asked about. */
const HTTP: readonly (readonly [yaml: string, ...paths: string[]])[] = [
  ['{}', '/plain', '/missing', '/moved', '/dated', '/long'],
  ['{valid_status_codes: [404, 200]}', '/plain', '/missing', '/moved'],
  ['{valid_status_codes: [302], follow_redirects: false}', '/moved', '/plain'],
  ['{valid_status_codes: [302], follow_redirects: false, fail_if_body_matches_regexp: [x]}', '/moved'],
  ['{no_follow_redirects: true}', '/moved'],
  ['{valid_http_versions: [HTTP/1.1]}', '/plain'],
  ['{valid_http_versions: [HTTP/2.0, HTTP/2]}', '/plain', '/missing'],
  ['{method: HEAD}', '/plain', '/missing', '/long'],
  ['{method: POST, body: "a=b", headers: {Content-Type: text/x, X-B: c, User-Agent: u}}', '/echo'],
  ['{method: PUT, body_file: DIR/body, headers: {User-Agent: u, Content-Type: a}}', '/echo'],
  [
    '{basic_auth: {username: me, password: secret}, headers: {User-Agent: u}, fail_if_body_not_matches_regexp: ["Basic bWU6c2VjcmV0"]}',
    '/echo',
    '/plain',
  ],
  [
    '{authorization: {credentials_file: DIR/body}, headers: {User-Agent: u}, fail_if_body_not_matches_regexp: ["Bearer from the file"]}',
    '/echo',
  ],
  [
    '{bearer_token: t, headers: {User-Agent: u}, fail_if_body_not_matches_regexp: ["Bearer t\\\\|"]}',
    '/echo',
  ],
  [
    '{http_headers: {X-B: {values: [v], files: [DIR/body]}}, headers: {User-Agent: u}, fail_if_body_not_matches_regexp: ["v, from the file"]}',
    '/echo',
  ],
  ['{fail_if_ssl: true}', '/plain'],
  ['{fail_if_not_ssl: true}', '/plain', '/missing'],
  ['{fail_if_body_matches_regexp: ["(?i)QUICK"]}', '/plain', '/long', '/missing'],
  ['{fail_if_body_not_matches_regexp: ["^The .* fox$", ""]}', '/plain', '/long', '/missing'],
  ['{fail_if_header_matches: [{header: x-a, regexp: two}]}', '/plain', '/missing'],
  ['{fail_if_header_matches: [{header: X-A, regexp: two, allow_missing: true}]}', '/plain', '/long'],
  ['{fail_if_header_not_matches: [{header: X-A, regexp: "^two$"}]}', '/plain', '/long'],
  ['{fail_if_header_not_matches: [{header: X-A, regexp: three, allow_missing: true}]}', '/plain', '/long'],
  ['{compression: gzip}', '/gzip', '/plain', '/br'],
  ['{fail_if_body_not_matches_regexp: ["^The .* fox$"]}', '/marked', '/utf-16'],
  ['{fail_if_body_matches_regexp: ["^The"]}', '/marked', '/utf-16'],
  ['{fail_if_body_not_matches_regexp: ["^.The .* fox$"]}', '/marked', '/utf-16'],
  [
    '{compression: gzip, fail_if_body_not_matches_regexp: [fox]}',
    ...['/gzip', '/plain', '/br', '/cut', '/missing', '/moved'],
  ],
  ['{compression: gzip, fail_if_body_matches_regexp: [fox]}', '/gzip', '/plain', '/br', '/cut'],
  ['{compression: br, fail_if_body_matches_regexp: [fox]}', '/plain'],
  ['{compression: br, fail_if_body_not_matches_regexp: [fox]}', '/br', '/gzip'],
  ['{compression: deflate, fail_if_body_not_matches_regexp: [fox]}', '/deflate', '/plain'],
  ['{compression: identity}', '/gzip'],
  ['{fail_if_body_matches_regexp: [quick]}', '/gzip'],
  ['{body_size_limit: 1KB}', '/long', '/plain'],
  ['{body_size_limit: 1KB, fail_if_body_matches_regexp: [z]}', '/long', '/plain'],
  ['{body_file: DIR/nowhere}', '/plain', 'refused'],
  ['{bearer_token_file: DIR/nowhere}', '/plain'],
  ['{basic_auth: {username: a, password_file: DIR/nowhere}}', '/plain'],
  ['{http_headers: {X-B: {files: [DIR/nowhere]}}}', '/plain'],
  ['{tls_config: {ca_file: DIR/nowhere}}', '/plain', 'https'],
  ['{tls_config: {ca_file: DIR/body}}', '/plain', 'https'],
  [
    '{oauth2: {client_id: a, client_secret: b, token_url: ORIGIN/token, scopes: [c, d], endpoint_params: {e: f}}, headers: {User-Agent: u}, fail_if_body_not_matches_regexp: ["Bearer c_d_f"]}',
    '/echo',
  ],
  ['{oauth2: {client_id: a, client_secret: b, token_url: ORIGIN/missing}}', '/echo'],
  ['{tls_config: {ca_file: DIR/ca.pem, server_name: a.example}}', 'https', 'old', 'mutual', '/plain'],
  ['{tls_config: {ca_file: DIR/ca.pem}, headers: {Host: a.example}}', 'https'],
  ['{tls_config: {ca_file: DIR/ca.pem}}', 'https'],
  ['{tls_config: {insecure_skip_verify: true}, fail_if_ssl: true}', 'https'],
  ['{tls_config: {insecure_skip_verify: true}, fail_if_not_ssl: true, enable_http2: false}', 'https'],
  ['{tls_config: {insecure_skip_verify: true, min_version: TLS10}}', 'old', 'https'],
  ['{tls_config: {insecure_skip_verify: true, min_version: TLS10, max_version: TLS11}}', 'old', 'https'],
  ['{tls_config: {insecure_skip_verify: true, min_version: TLS13}}', 'https', 'old'],
  [
    '{tls_config: {insecure_skip_verify: true, cert_file: DIR/cert.pem, key_file: DIR/key.pem}}',
    'mutual',
    'https',
  ],
  ['{proxy_url: PROXY, headers: {User-Agent: u}}', '/plain', '/missing', '/moved'],
  ['{proxy_url: PROXY, skip_resolve_phase_with_proxy: true}', '/plain'],
  ['{proxy_url: PROXY, no_proxy: 127.0.0.1}', '/plain'],
  [
    '{proxy_url: PROXY, proxy_connect_header: {Proxy-Authorization: [secret]}, tls_config: {insecure_skip_verify: true}}',
    'https',
  ],
  ['{ip_protocol_fallback: false}', '/plain'],
  ['{preferred_ip_protocol: ip4, ip_protocol_fallback: false}', '/plain'],
]

/** Modules of the prober tcp, and the servers that each is asked about. */
const TCP: readonly (readonly [yaml: string, ...servers: string[]])[] = [
  ['{}', 'greeter', 'silent', 'refused', 'tls'],
  ['{ip_protocol_fallback: false}', 'greeter'],
  ['{source_ip_address: 127.0.0.7}', 'greeter'],
  [
    '{query_response: [{expect: "^220 (\\\\S+) (?P<rest>.*)$", labels: [{name: host, value: "${1}"}, {name: more, value: "$rest-${9}$$"}]}]}',
    'greeter',
    'silent',
    'ends',
    'refused',
  ],
  [
    '{query_response: [{send: "HELO a"}, {expect: "^250 (.*)", send: "ECHO ${1}"}, {expect: "^echo hello a$"}]}',
    'greeter',
    'ends',
  ],
  ['{query_response: [{expect: "^221"}]}', 'ends', 'greeter'],
  ['{query_response: [{expect: "^last$"}]}', 'ends'],
  ['{query_response: [{expect: ""}]}', 'greeter'],
  ['{query_response: [{expect: "^last$"}]}', 'wide', 'wider', 'widest'],
  [
    '{query_response: [{expect: "^220"}, {send: STARTTLS}, {expect: "^220 go"}, {starttls: true}, {send: x}, {expect: "^secret"}], tls_config: {ca_file: DIR/ca.pem, server_name: a.example}}',
    'starttls',
    'greeter',
  ],
  [
    '{query_response: [{expect: "^220"}, {send: STARTTLS}, {expect: "^220 go"}, {starttls: true}]}',
    'starttls',
  ],
  ['{tls: true}', 'tls', 'greeter', 'refused'],
  [
    '{tls: true, tls_config: {ca_file: DIR/ca.pem, server_name: a.example}, query_response: [{expect: "^secret"}]}',
    'tls',
  ],
  ['{tls: true, tls_config: {ca_file: DIR/ca.pem, server_name: b.example}}', 'tls'],
  ['{tls: true, tls_config: {insecure_skip_verify: true}}', 'tls'],
  ['{tls: true, tls_config: {insecure_skip_verify: true, max_version: TLS12}}', 'tls'],
  ['{tls: true, tls_config: {insecure_skip_verify: true, max_version: TLS11}}', 'tls'],
  ['{tls: true, tls_config: {ca_file: DIR/nowhere.pem}}', 'tls'],
]

/** Modules of the prober dns; each is asked about the same server. */
const DNS: readonly string[] = [
  ...['A', 'AAAA', 'MX', 'TXT', 'SRV', 'SOA', 'CAA', 'NS', 'CNAME', 'DS', 'NAPTR', 'ANY'].map(
    (type) => `{query_name: a.example, query_type: ${type}}`,
  ),
  '{query_name: a.example}',
  '{query_name: a.example, query_type: A, transport_protocol: tcp}',
  '{query_name: a.example, query_type: A, recursion_desired: false, query_class: CH}',
  '{query_name: a.example, query_type: A, source_ip_address: 127.0.0.7}',
  '{query_name: missing.example, query_type: A}',
  '{query_name: missing.example, query_type: SOA, valid_rcodes: [NXDOMAIN]}',
  '{query_name: a.example, query_type: A, valid_rcodes: []}',
  '{query_name: failing.example, query_type: A, valid_rcodes: [NOERROR, SERVFAIL]}',
  '{query_name: quiet.example, query_type: A}',
  '{query_name: badvers.example, query_type: A}',
  '{query_name: badvers.example, query_type: A, valid_rcodes: [BADSIG]}',
  ...['b\\\\.c.example', 'b.c.example', '\\\\098\\\\.c.example', 'd e.example', 'a.example.'].map(
    (name) => `{query_name: "${name}", query_type: A}`,
  ),
  '{query_name: cut.example, query_type: A}',
  '{query_name: large.example, query_type: A}',
  '{query_name: large.example, query_type: A, transport_protocol: tcp}',
  ...[
    'fail_if_matches_regexp',
    'fail_if_all_match_regexp',
    'fail_if_not_matches_regexp',
    'fail_if_none_matches_regexp',
  ].flatMap((rule) =>
    ['192\\\\.0\\\\.2\\\\.1$', '\\\\tIN\\\\tA\\\\t', 'nothing'].flatMap((regexp) => [
      `{query_name: a.example, query_type: A, validate_answer_rrs: {${rule}: ["${regexp}"]}}`,
      `{query_name: a.example, query_type: A, validate_additional_rrs: {${rule}: ["${regexp}"]}}`,
    ]),
  ),
  ...[
    ['MX', '^a\\\\.example\\\\.\\\\t60\\\\tIN\\\\tMX\\\\t10 Mail\\\\.example\\\\.$'],
    [
      'TXT',
      '^a\\\\.example\\\\.\\\\t60\\\\tIN\\\\tTXT\\\\t\\"a \\\\\\\\\\"b\\\\\\\\\\" \\\\\\\\\\\\\\\\\\" \\"\\\\\\\\195\\\\\\\\188\\"$',
    ],
    ['SRV', '\\\\tSRV\\\\t1 2 3 b\\\\.example\\\\.$'],
    ['SOA', '\\\\tSOA\\\\tn\\\\.example\\\\. h\\\\.example\\\\. 2026 1 2 3 4$'],
    ['CAA', '\\\\tCAA\\\\t0 issue \\"ca\\\\.example\\"$'],
    ['DS', '\\\\tDS\\\\t5 8 2 6162$'],
    ['NAPTR', '\\\\tNAPTR\\\\t1 2 \\"u\\" \\"sip\\" \\"!a!b!\\" \\\\.$'],
    ['AAAA', '\\\\tAAAA\\\\t2001:db8::1$'],
  ].map(
    ([type, regexp]) =>
      `{query_name: a.example, query_type: ${type}, validate_answer_rrs: {fail_if_not_matches_regexp: ["${regexp}"]}}`,
  ),
]

/** The rest of modules that ask over TLS, and the servers that each is asked about. */
const DNS_OVER_TLS: readonly (readonly [yaml: string, ...servers: string[]])[] = [
  [
    'query_type: A, tls_config: {ca_file: DIR/ca.pem, server_name: a.example}',
    ...['dot', 'mutual dot', 'silent', 'greeter', 'refused', 'tls'],
  ],
  [
    'query_type: A, tls_config: {ca_file: DIR/ca.pem, server_name: a.example, cert_file: DIR/cert.pem, key_file: DIR/key.pem}',
    ...['dot', 'mutual dot'],
  ],
  ['query_type: A', 'dot'],
  ['query_type: A, tls_config: {ca_file: DIR/ca.pem}', 'dot'],
  ['query_type: A, tls_config: {ca_file: DIR/ca.pem, server_name: b.example}', 'dot'],
  ['query_type: A, tls_config: {ca_file: DIR/nowhere.pem}', 'dot'],
  ['query_type: A, tls_config: {insecure_skip_verify: true}', 'dot'],
  ['query_type: A, tls_config: {insecure_skip_verify: true, max_version: TLS12}', 'dot'],
  ['query_type: A, tls_config: {insecure_skip_verify: true, max_version: TLS11}', 'dot'],
  ['query_type: SOA, tls_config: {insecure_skip_verify: true}', 'dot'],
  ['query_type: MX, tls_config: {insecure_skip_verify: true}, valid_rcodes: [NXDOMAIN]', 'dot'],
  [
    'query_type: A, tls_config: {insecure_skip_verify: true}, validate_answer_rrs: {fail_if_not_matches_regexp: ["192.0.2.1$"]}',
    'dot',
  ],
  [
    'query_type: A, tls_config: {insecure_skip_verify: true}, validate_answer_rrs: {fail_if_matches_regexp: ["192.0.2.1$"]}',
    'dot',
  ],
]

/** A module and what it is asked about. */
interface Pair {
  readonly module: string
  readonly yaml: string
  readonly target: string
  readonly name: string
}

/** Metrics of which only the name is compared. */
const TIMES = /^probe_(duration_seconds|dns_lookup_time_seconds|http_duration_seconds|dns_duration_seconds)\b/

/** The samples of an answer in their order of names, without times, and without those that only headcount has. */
function samplesOf(text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('headcount_'))
    .map((line) => (TIMES.test(line) ? line.replace(/ \S+$/, ' TIME') : line))
    .toSorted()
    .join('\n')
}

/** What the exporter says of all certificates that were sent, and Node of the chain alone. */
function serveLines(socket: Socket): void {
  socket.write('220 mail.example ready now\r\n')
  let rest = ''
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('HELO')) socket.write('250-more\r\n250 hello a\r\n')
      if (line.startsWith('ECHO ')) socket.write(`echo ${line.slice(5)}\r\n`)
    }
  })
}

/** A proxy that forwards and tunnels, and wants to see this header of a CONNECT. */
async function startForwarder(t: ExecutionContext): Promise<string> {
  const { port } = await startProxy(t, (socket, head) => {
    const [, method, host] = /^(\S+) (?:http:\/\/)?([^/ ]+)/.exec(head) ?? []
    const to = Number(host?.split(':')[1])
    if (method === 'CONNECT') {
      if (head.includes('Proxy-Authorization: secret')) tunnel(socket, to, 'HTTP/1.1 200 OK\r\n\r\n')
      else socket.end('HTTP/1.1 407 No\r\n\r\n')
      return
    }
    const target = connect(to, '127.0.0.1')
    target.on('error', () => socket.destroy())
    target.write(head.replace(/http:\/\/[^/ ]+/, ''))
    target.pipe(socket)
  })
  return `http://127.0.0.1:${port}`
}

/** An HTTPS server with these options. */
function startHttps(t: ExecutionContext, options: ServerOptions): Promise<number> {
  return httpsServer(t, options, (_, response) => response.end(BODY))
}

/** A server of TLS that passes what it decrypts on to a server of DNS. */
async function startDnsOverTls(t: ExecutionContext, options: TlsOptions, dns: string): Promise<number> {
  const server = createTlsServer(options, (socket) => {
    const inside = connect(Number(dns.split(':')[1]), '127.0.0.1')
    inside.on('error', () => socket.destroy()).pipe(socket)
    socket.on('error', () => inside.destroy()).pipe(inside)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

async function startServers(
  t: ExecutionContext,
  directory: string,
  dns: string,
): Promise<Map<string, string>> {
  const authority = await Authority.create()
  writeFileSync(join(directory, 'ca.pem'), authority.pem)
  const pair = await authority.issue([{ type: 'dns', value: 'a.example' }])
  const secure = createTlsServer(pair, (socket) => socket.on('error', () => {}).write('secret line\n'))
  secure.listen(0, '127.0.0.1')
  await once(secure, 'listening')
  t.teardown(() => secure.close())
  const greeter = await tcpServer(t, serveLines)
  const silent = await tcpServer(t)
  const ends = await tcpServer(t, (socket) => void socket.end('220 a b\r\n221 c\nlast'))
  // The exporter reads lines of up to 64 KiB.
  const wide: Record<string, number> = {}
  for (const [name, length] of Object.entries({ wide: 65_535, wider: 65_536, widest: 70_000 }))
    wide[name] = (await tcpServer(t, (socket) => void socket.write(`${'x'.repeat(length)}\nlast\n`))).port
  const starttls = await tcpServer(t, (socket) => {
    socket.write('220 ready\r\n')
    socket.once('data', () => {
      socket.write('220 go\r\n')
      const secured = new TLSSocket(socket, { isServer: true, ...pair })
      secured.on('error', () => {}).on('data', () => secured.write('secret line\r\n'))
    })
  })
  writeFileSync(join(directory, 'cert.pem'), pair.cert)
  writeFileSync(join(directory, 'key.pem'), pair.key, { mode: 0o600 })
  const ports = {
    dot: await startDnsOverTls(t, pair, dns),
    'mutual dot': await startDnsOverTls(
      t,
      { ...pair, requestCert: true, rejectUnauthorized: true, ca: authority.pem },
      dns,
    ),
    https: await startHttps(t, pair),
    old: await startHttps(t, {
      ...pair,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    }),
    mutual: await startHttps(t, { ...pair, requestCert: true, ca: authority.pem }),
    greeter: greeter.port,
    silent: silent.port,
    ends: ends.port,
    ...wide,
    starttls: starttls.port,
    tls: (secure.address() as AddressInfo).port,
    refused: await freePort(),
  }
  return new Map(Object.entries(ports).map(([name, port]) => [name, `127.0.0.1:${port}`]))
}

/** The reply with a record OPT behind it that makes the rcode 16, BADVERS (RFC 6891, section 9). */
function withExtendedRcode(reply: Buffer): Buffer {
  const opt = Buffer.from([0, 0, 41, 0x10, 0, 1, 0, 0, 0, 0, 0])
  const whole = Buffer.concat([reply, opt])
  whole.writeUInt16BE(1, 10)
  return whole
}

async function startDns(t: ExecutionContext): Promise<string> {
  const name = 'a.example'
  const { address } = await dnsServer(t, {
    [name]: {
      records: [
        { type: 'A', name, ttl: 60, data: '192.0.2.1' },
        { type: 'A', name, ttl: 60, data: '192.0.2.2' },
        { type: 'AAAA', name, ttl: 60, data: '2001:db8::1' },
        { type: 'NS', name, ttl: 60, data: 'n.example' },
        { type: 'MX', name, ttl: 60, data: { preference: 10, exchange: 'Mail.example' } },
        { type: 'TXT', name, ttl: 60, data: ['a "b" \\', 'ü'] },
        { type: 'SRV', name, ttl: 60, data: { priority: 1, weight: 2, port: 3, target: 'b.example' } },
        { type: 'CAA', name, ttl: 60, data: { flags: 0, tag: 'issue', value: 'ca.example' } },
        {
          type: 'DS',
          name,
          ttl: 60,
          data: { keyTag: 5, algorithm: 8, digestType: 2, digest: Buffer.from('ab') },
        },
        {
          type: 'NAPTR',
          name,
          ttl: 60,
          data: { order: 1, preference: 2, flags: 'u', services: 'sip', regexp: '!a!b!', replacement: '.' },
        },
        {
          type: 'SOA',
          name,
          ttl: 60,
          data: {
            mname: 'n.example',
            rname: 'h.example',
            serial: 2_026,
            refresh: 1,
            retry: 2,
            expire: 3,
            minimum: 4,
          },
        },
      ],
      authorities: [{ type: 'NS', name, ttl: 60, data: 'ns.example' }],
    },
    'failing.example': 'SERVFAIL',
    'quiet.example': 'silent',
    // The server knows names without escapes.
    'b.c.example': { a: ['192.0.2.1'] },
    'd e.example': { a: ['192.0.2.1', '192.0.2.2'] },
    'badvers.example': { spoilt: withExtendedRcode },
    'cut.example': { a: ['192.0.2.1'], spoilt: (reply) => reply.subarray(0, -1) },
    'large.example': { a: Array.from({ length: 100 }, (_, n) => `192.0.2.${n}`) },
  })
  return address
}

testWith('prometheus-blackbox-exporter')(
  'rules mean the same to headcount and to blackbox_exporter',
  async (t) => {
    const directory = directoryOf(t)
    writeFileSync(join(directory, 'body'), 'from the file', { mode: 0o600 })
    const origin = await startOrigin(t, (request, response) =>
      ANSWERS[request.url ?? '']?.(response, request),
    )
    const dns = await startDns(t)
    const servers = await startServers(t, directory, dns)
    const proxy = await startForwarder(t)
    const pairs: readonly Pair[] = [
      ...HTTP.flatMap(([yaml, ...paths], n) =>
        paths.map((path) => ({
          module: `http${n}`,
          yaml: `http, http: ${yaml}`,
          target: path.startsWith('/') ? origin.url + path : `https://${servers.get(path)}/`,
          name: path,
        })),
      ),
      ...TCP.flatMap(([yaml, ...names], n) =>
        names.map((name) => ({
          module: `tcp${n}`,
          yaml: `tcp, tcp: ${yaml}`,
          target: servers.get(name) as string,
          name,
        })),
      ),
      ...DNS_OVER_TLS.flatMap(([yaml, ...names], n) =>
        names.map((name) => ({
          module: `dot${n}`,
          yaml: `dns, dns: {transport_protocol: tcp, dns_over_tls: true, query_name: a.example, ${yaml}}`,
          target: servers.get(name) as string,
          name,
        })),
      ),
      ...DNS.map((yaml, n) => ({ module: `dns${n}`, yaml: `dns, dns: ${yaml}`, target: dns, name: 'dns' })),
    ]
    const file = join(directory, 'blackbox.yml')
    const modules = new Map(
      pairs.map(({ module, yaml }) => [
        module,
        yaml.replaceAll('DIR', directory).replaceAll('ORIGIN', origin.url).replaceAll('PROXY', proxy),
      ]),
    )
    writeFileSync(
      file,
      `modules:\n${Array.from(modules, ([name, yaml]) => `  ${name}: {timeout: 1s, prober: ${yaml}}\n`).join('')}`,
    )
    const exporter = await startExporter(t, file)
    const { url } = await startListening(t, [
      '--probe-config',
      file,
      '--interval',
      '1h',
      `${origin.url}/plain`,
    ])
    const ask = async (base: string, { module, target }: Pair) => {
      const query = new URLSearchParams({ module, target })
      return samplesOf(await (await fetch(`${base}/probe?${query.toString()}`)).text())
    }
    let successes = 0
    const same = async (pair: Pair) => {
      const [theirs, ours] = await Promise.all([ask(exporter, pair), ask(url, pair)])
      if (/^probe_success 1$/m.test(theirs)) successes++
      else t.regex(theirs, /^probe_success 0$/m, pair.yaml)
      if (theirs === ours) return []
      return [`${pair.yaml} of ${pair.name}:\n${difference(theirs, ours)}`]
    }
    const differences: string[] = []
    for (const pair of pairs) differences.push(...(await same(pair)))
    t.log(`${pairs.length} pairs, ${successes} of them successes`)
    t.true(successes > 60 && pairs.length - successes > 50)
    t.deepEqual(differences, [])
  },
)

/** The lines that only one of both has. */
function difference(theirs: string, ours: string): string {
  const [left, right] = [theirs.split('\n'), ours.split('\n')]
  return [
    ...left.filter((line) => !right.includes(line)).map((line) => `- ${line}`),
    ...right.filter((line) => !left.includes(line)).map((line) => `+ ${line}`),
  ].join('\n')
}
