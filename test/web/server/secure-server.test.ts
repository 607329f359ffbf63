import { writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'
import { once } from 'node:events'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import { NO_WEB_CONFIG } from '../../../src/config/web/web-config.ts'
import type { WebTls } from '../../../src/config/web/web-config.ts'
import { alternativeNames } from '../../../src/web/server/client-certificate.ts'
import { MAX_CONNECTIONS } from '../../../src/web/server/connections.ts'
import { HttpServer, RESPONSE_ALREADY_SENT } from '../../../src/web/server/http-server.ts'
import { Authority } from '../../helpers/certificates.ts'
import type { Pair } from '../../helpers/certificates.ts'
import { curl } from '../../helpers/curl.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { RawClient } from '../../helpers/raw-client.ts'
import { testWith } from '../../helpers/tool.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const testCurl = testWith('curl')

const HOSTS = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
] as const

let authority: Authority
let foreign: Authority
let pair: Pair

test.before(async () => {
  authority = await Authority.create()
  foreign = await Authority.create()
  pair = await authority.issue([...HOSTS])
})

function tlsWith(settings: Partial<WebTls> = {}): WebTls {
  return {
    ...pair,
    clientCa: null,
    clientAuth: 'NoClientCert',
    allowedSans: null,
    ciphers: null,
    prefersServerCiphers: true,
    curves: null,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ...settings,
  }
}

/** A server with TLS, and files for curl. */
async function start(t: ExecutionContext, settings: Partial<WebTls> = {}, headTimeoutMs = 5_000) {
  const directory = directoryOf(t)
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const ca = write('ca.crt', authority.pem)
  const paths: string[] = []
  const server = new HttpServer(
    ({ url }) => {
      paths.push(new URL(url).pathname)
      return new Response('fine')
    },
    { headTimeoutMs, config: { ...NO_WEB_CONFIG, tls: tlsWith(settings) } },
  )
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  const url = `https://127.0.0.1:${port}/`
  return {
    server,
    port,
    paths,
    set: (tls: WebTls) => server.setConfig({ ...NO_WEB_CONFIG, tls }),
    ask: (...args: readonly string[]) => curl('--cacert', ca, url, ...args),
    /** The status of an answer; 0 if there is none. */
    status: (client: Partial<Pair> = {}) =>
      new Promise<number>((resolve) => {
        const options = { ...client, ca: authority.pem, agent: false }
        get(url, options, (response) => resolve(response.resume().statusCode ?? 0)).on('error', () =>
          resolve(0),
        )
      }),
    /** What a client and the server agree on; null if they do not. */
    async agree(options: ConnectionOptions) {
      const socket = connect({ port, host: '127.0.0.1', ca: authority.pem, ...options })
      socket.on('error', () => {}) // Seen by the end.
      const ended = new Promise<null>((resolve) => void socket.once('close', () => resolve(null)))
      const secured = new Promise<void>((resolve) => void socket.once('secureConnect', () => resolve()))
      const agreed = await Promise.race([
        ended,
        secured.then(() => ({
          protocol: socket.getProtocol(),
          cipher: socket.getCipher().name,
          curve: (socket.getEphemeralKeyInfo() as { name?: string }).name,
          reused: socket.isSessionReused(),
          session: socket.getSession(),
        })),
      ])
      socket.destroy()
      return agreed
    },
  }
}

testCurl('it speaks HTTP/1.1 over TLS, and nothing else on that port', async (t) => {
  const { ask, port, paths } = await start(t)
  const { status, text } = await ask('--http2')
  t.is(status, 200)
  t.true(text.endsWith('fine'))
  t.regex(text, /x-content-type-options: nosniff/i)
  t.is((await curl(`http://127.0.0.1:${port}/`)).status, 0)
  t.deepEqual(paths, ['/'])
})

testCurl('new connections get a new certificate; those that are open go on', async (t) => {
  const { server, ask, set, port } = await start(t)
  const old = connect({ port, host: '127.0.0.1', ca: authority.pem })
  await once(old, 'secureConnect')
  const askAgain = async () => {
    old.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return String(await once(old, 'data')).slice(0, 12)
  }
  t.is(await askAgain(), 'HTTP/1.1 200')
  set(tlsWith(await foreign.issue([...HOSTS])))
  t.is((await ask()).code, 60, 'curl does not know the new authority')
  t.is(await askAgain(), 'HTTP/1.1 200')
  set(tlsWith())
  t.is((await ask()).status, 200)
  t.is(server.connections, 1)
  old.destroy()
})

const VERIFIED = { clientAuth: 'RequireAndVerifyClientCert' } as const

/** What comes of a request: without a certificate, with one of the right authority, with one of another. */
const CLIENTS: readonly (readonly [settings: Partial<WebTls>, none: number, known: number, other: number])[] =
  [
    [{ clientAuth: 'NoClientCert' }, 200, 200, 200],
    [{ clientAuth: 'RequestClientCert' }, 200, 200, 200],
    [{ clientAuth: 'RequireAnyClientCert' }, 0, 200, 200],
    [{ clientAuth: 'VerifyClientCertIfGiven' }, 200, 200, 0],
    [VERIFIED, 0, 200, 0],
    [{ ...VERIFIED, allowedSans: ['ok.example'] }, 0, 200, 0],
    [{ ...VERIFIED, allowedSans: ['no.example', '192.0.2.1'] }, 0, 200, 0],
    [{ ...VERIFIED, allowedSans: ['2001:db8::1'] }, 0, 200, 0],
    [{ ...VERIFIED, allowedSans: ['mailto:me@ok.example', 'https://ok.example/me'] }, 0, 200, 0],
    [{ ...VERIFIED, allowedSans: ['me@ok.example'] }, 0, 200, 0],
    [{ ...VERIFIED, allowedSans: ['ok', '*.example', 'OK.example', '192.0.2.10'] }, 0, 0, 0],
    [{ clientAuth: 'RequireAnyClientCert', allowedSans: ['ok.example'] }, 0, 200, 200],
    [{ clientAuth: 'VerifyClientCertIfGiven', allowedSans: ['ok.example'] }, 0, 200, 0],
  ]

test('each kind of client_auth_type, and client_allowed_sans, set one after the other', async (t) => {
  const { status, set, paths } = await start(t)
  const names = [
    { type: 'dns', value: 'ok.example' },
    { type: 'ip', value: '192.0.2.1' },
    { type: 'ip', value: '2001:db8::1' },
    { type: 'email', value: 'me@ok.example' },
    { type: 'url', value: 'https://ok.example/me' },
  ] as const
  const known = await authority.issue([...names])
  const other = await foreign.issue([...names])
  for (const [settings, ...expected] of CLIENTS) {
    set(tlsWith({ clientCa: authority.pem, ...settings }))
    t.deepEqual(
      await Promise.all([status(), status(known), status(other)]),
      expected,
      JSON.stringify(settings),
    )
  }
  t.is(paths.length, CLIENTS.flatMap(([, ...statuses]) => statuses).filter((one) => one === 200).length)
})

test('when other clients may connect, connections end that were made before', async (t) => {
  const finish = Promise.withResolvers<void>()
  const seen: string[] = []
  const server = new HttpServer(
    ({ url }, { outgoing, progress, isAuthenticated }) => {
      const { pathname } = new URL(url)
      seen.push(`${pathname} ${isAuthenticated}`)
      if (pathname === '/long') return finish.promise.then(() => new Response('done'))
      if (pathname !== '/stream') return new Response('fine')
      progress.setTimeLimit(null)
      outgoing.writeHead(200)
      outgoing.write('begun')
      return RESPONSE_ALREADY_SENT
    },
    { config: { ...NO_WEB_CONFIG, tls: tlsWith() } },
  )
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  const client = await authority.issue([...HOSTS])
  const open = async (path: string, own: Partial<Pair> = {}) => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.pem, ...own })
    t.teardown(() => socket.destroy())
    const opened = { text: '', closed: once(socket, 'close'), isClosed: false, ask }
    socket.on('data', (chunk) => (opened.text += String(chunk))).on('error', () => {})
    socket.on('close', () => (opened.isClosed = true))
    function ask(next: string) {
      socket.write(`GET ${next} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    }
    ask(path)
    await waitUntil(() => seen.some((one) => one.startsWith(path)))
    return opened
  }
  const set = (settings: Partial<WebTls>) =>
    server.setConfig({
      ...NO_WEB_CONFIG,
      tls: tlsWith({ ...VERIFIED, clientCa: authority.pem, ...settings }),
    })

  const [idle, stream, long] = [await open('/idle'), await open('/stream'), await open('/long')]
  await waitUntil(() => idle.text.endsWith('fine') && stream.text.includes('begun'))
  set({})
  await Promise.all([idle.closed, stream.closed])
  t.false(long.isClosed)
  long.ask('/after')
  finish.resolve()
  await long.closed
  t.true(long.text.endsWith('done'))
  t.deepEqual(seen, ['/idle false', '/stream false', '/long false'])

  seen.length = 0
  const known = await open('/stream', client)
  set({ curves: 'P-384' })
  const other = await open('/other', client)
  await waitUntil(() => other.text.endsWith('fine'))
  t.false(known.isClosed, 'the same clients may connect')
  set({ allowedSans: ['no.example'] })
  await Promise.all([known.closed, other.closed])
  t.deepEqual(seen, ['/stream true', '/other true'])
})

test('a session is not resumed where clients need a certificate', async (t) => {
  const { agree, set } = await start(t)
  const client = await authority.issue([...HOSTS])
  for (const [settings, expected] of [
    [{}, true],
    [{ ...VERIFIED, clientCa: authority.pem }, false],
  ] as const) {
    set(tlsWith({ ...settings, maxVersion: 'TLSv1.2' }))
    const first = await agree(client)
    t.is((await agree({ ...client, ...(first?.session && { session: first.session }) }))?.reused, expected)
  }
})

test('versions, cipher suites and curves are those of the configuration', async (t) => {
  const { agree, set } = await start(t)
  t.is((await agree({}))?.protocol, 'TLSv1.3')
  t.is(await agree({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }), null)
  set(tlsWith({ minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }))
  t.like(await agree({ minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }), {
    protocol: 'TLSv1',
  })
  set(tlsWith({ minVersion: 'TLSv1.3' }))
  t.is(await agree({ maxVersion: 'TLSv1.2' }), null)
  const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256'
  const reversed = ciphers.split(':').toReversed().join(':')
  set(tlsWith({ maxVersion: 'TLSv1.2', ciphers }))
  t.is((await agree({ ciphers: reversed }))?.cipher, 'ECDHE-ECDSA-AES256-GCM-SHA384')
  t.is(await agree({ ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' }), null)
  set(tlsWith({ maxVersion: 'TLSv1.2', ciphers, prefersServerCiphers: false }))
  t.is((await agree({ ciphers: reversed }))?.cipher, 'ECDHE-ECDSA-AES128-GCM-SHA256')
  set(tlsWith({ curves: 'P-384' }))
  t.is((await agree({ maxVersion: 'TLSv1.2', ecdhCurve: 'P-256:P-384' }))?.curve, 'secp384r1')
  t.is(await agree({ ecdhCurve: 'X25519' }), null)
})

testCurl('garbage and handshakes that stall are closed, and keep nobody out', async (t) => {
  const { server, port, ask, paths } = await start(t, {}, 2_000)
  const hello = `\u0016\u0003\u0001\u0002\u0000\u0001${'\0'.repeat(600)}`
  const clients: RawClient[] = []
  for (const text of [
    '',
    'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    hello.slice(0, 8),
    hello,
    '\u0015\u0003\u0001',
  ]) {
    const client = await RawClient.open(t, port)
    client.send(text)
    clients.push(client)
  }
  // One byte after the other: never silent, never done.
  const trickle = await RawClient.open(t, port)
  let sent = 0
  const timer = setInterval(() => trickle.send(hello.charAt(sent++)), 20)
  t.teardown(() => clearInterval(timer))
  t.is((await ask()).status, 200)
  await Promise.all([...clients, trickle].map(({ closed }) => closed))
  await waitUntil(() => server.connections === 0)
  t.deepEqual(paths, ['/'])
})

testCurl('connections without a handshake make room for others', async (t) => {
  const { server, port, ask } = await start(t, {}, 60_000)
  const clients: RawClient[] = []
  for (let n = 0; n < MAX_CONNECTIONS + 20; n++) clients.push(await RawClient.open(t, port))
  let closed = 0
  for (const client of clients) void client.closed.then(() => closed++)
  await waitUntil(() => closed >= 20)
  t.is((await ask()).status, 200)
  t.true(server.connections <= MAX_CONNECTIONS)
})

test('names in a certificate can not pass for others', (t) => {
  const names = (subjectAltName: string) => alternativeNames({ subjectAltName })
  t.deepEqual(names('DNS:a.example, IP Address:192.0.2.1, URI:https://b.example/, email:c@d.example'), [
    'a.example',
    '192.0.2.1',
    'https://b.example/',
    'c@d.example',
  ])
  t.deepEqual(names(String.raw`DNS:"a, DNS:ok.example", URI:"x\", DNS:ok.example"`), [
    'a, DNS:ok.example',
    'x", DNS:ok.example',
  ])
  t.deepEqual(names('IP Address:2001:DB8:0:0:0:0:0:1, IP Address:<invalid length=5>'), [
    '2001:db8::1',
    '<invalid length=5>',
  ])
  t.deepEqual(names(String.raw`DNS:"\x", othername:<unsupported>, DirName:DNS:ok.example`), [
    String.raw`"\x"`,
  ])
})
