import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import type { ExecutionContext } from 'ava'
import { Authority, selfSigned } from './certificates.ts'
import { DnsServer } from './dns-server.ts'
import type { ScriptedAnswer } from './dns-server.ts'
import { FRAME_SCRIPTS } from './frame-scripts.ts'
import { FrameServer } from './frame-server.ts'
import { HostileServer, SCRIPTS } from './hostile-server.ts'

/** One way in which a URL is hostile. */
export interface Behaviour {
  readonly name: string
  readonly url: string
}

/** URLs that work, and all hostile behaviours that the tests know. */
export interface Neighbours {
  readonly healthy: readonly string[]
  readonly hostile: readonly Behaviour[]
  /** Who answers for their names. */
  readonly resolver: string
  readonly tls: { readonly ca: string }
}

/** Hosts of each kind that are healthy, and URLs at each. */
const HOSTS = 5
const URLS = 10

/** What a name server can do to a resolver, by name. */
const NAMES: Readonly<Record<string, ScriptedAnswer>> = {
  'no-such-name': 'NXDOMAIN',
  servfail: 'SERVFAIL',
  'refused-name': 'REFUSED',
  formerr: 'FORMERR',
  'silent-name': 'silent',
  'no-address': {},
  'late-name': { a: ['127.0.0.1'], delayMs: 5_000, ttl: 1 },
  circle: { cname: 'circle.test' },
  'short-record': { a: ['127.0.0.1'], spoilt: (reply) => reply.subarray(0, -1) },
  'record-of-3-bytes': {
    a: ['127.0.0.1'],
    spoilt: (reply) => {
      const bytes = Buffer.from(reply.subarray(0, -1))
      bytes.writeUInt16BE(3, bytes.length - 5)
      return bytes
    },
  },
  'head-only': { a: ['127.0.0.1'], spoilt: (reply) => reply.subarray(0, 12) },
  empty: { a: ['127.0.0.1'], spoilt: () => Buffer.alloc(0) },
  'pointer-to-itself': {
    a: ['127.0.0.1'],
    spoilt: (reply) => {
      const bytes = Buffer.from(reply)
      bytes.writeUInt16BE(0xc00c, 12)
      return bytes
    },
  },
  'another-question': {
    a: ['127.0.0.1'],
    spoilt: (reply) => {
      const bytes = Buffer.from(reply)
      bytes[13] = 0x7a
      return bytes
    },
  },
  'truncated-always': {
    a: ['127.0.0.1'],
    spoilt: (reply) => {
      const bytes = Buffer.from(reply)
      bytes[2] = (bytes[2] as number) | 2
      return bytes
    },
  },
  'dead-address': { a: ['127.255.255.254'] },
  broadcast: { a: ['255.255.255.255'] },
}

/** Starts all of it; it ends with the test. */
export async function neighbours(t: ExecutionContext): Promise<Neighbours> {
  const authority = await Authority.create()
  const zone: Record<string, ScriptedAnswer> = {}
  const healthy: string[] = []
  const hosts = Array.from({ length: HOSTS }, (_, n) => `127.0.0.${n + 2}`)
  const good = await authority.issue([
    { type: 'ip', value: '127.0.0.1' },
    ...hosts.map((value) => ({ type: 'ip', value }) as const),
    { type: 'dns', value: '*.healthy.test' },
  ])
  for (const [n, host] of hosts.entries()) {
    const plain = createServer((_, response) => void response.writeHead(204).end())
    plain.listen(0, host)
    await once(plain, 'listening')
    t.teardown(() => {
      plain.closeAllConnections()
      plain.close()
    })
    const frames = await FrameServer.start(good, FRAME_SCRIPTS, undefined, host)
    t.teardown(() => frames.close())
    zone[`h${n}.healthy.test`] = { a: [host], ttl: 1 }
    const { port } = plain.address() as AddressInfo
    for (let more = 0; more < URLS; more++) {
      healthy.push(`http://${host}:${port}/${more}`, `http://h${n}.healthy.test:${port}/${more}`)
      healthy.push(frames.url(`ok?${more}`), frames.url(`ok?${more}`).replace(host, `h${n}.healthy.test`))
    }
  }
  const hostile = [
    ...(await overHttp(t)),
    ...(await overFrames(t, authority)),
    ...(await overTls(t, authority)),
  ]
  for (const [name, scripted] of Object.entries(NAMES)) {
    zone[`${name}.test`] = scripted
    // Each asks as often as others: their questions are as many.
    hostile.push({ name: `DNS ${name}`, url: `http://${name}.test:9/` })
  }
  const names = await new DnsServer(zone).listen()
  t.teardown(() => names.close())
  return { healthy, hostile, resolver: names.address, tls: { ca: authority.pem } }
}

async function overHttp(t: ExecutionContext): Promise<Behaviour[]> {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  return Object.keys(SCRIPTS).map((name) => ({ name: `HTTP/1 ${name}`, url: server.url(name) }))
}

async function overFrames(t: ExecutionContext, authority: Authority): Promise<Behaviour[]> {
  const server = await FrameServer.start(
    await authority.issue([{ type: 'ip', value: '127.0.0.1' }]),
    FRAME_SCRIPTS,
  )
  t.teardown(() => server.close())
  return Object.keys(FRAME_SCRIPTS).map((name) => ({ name: `HTTP/2 ${name}`, url: server.url(name) }))
}

async function overTls(t: ExecutionContext, authority: Authority): Promise<Behaviour[]> {
  const local = [{ type: 'ip', value: '127.0.0.1' } as const]
  const good = await authority.issue(local)
  const served: Record<string, TlsOptions | ((socket: Socket) => void)> = {
    expired: await authority.issue(local, -2, -1),
    'not-yet-valid': await authority.issue(local, 1, 2),
    'another-host': await authority.issue([{ type: 'dns', value: 'a.example' }]),
    'self-signed': await selfSigned(local),
    'unknown-issuer': await (await Authority.create()).issue(local),
    'old-version': { ...good, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    'client-certificate': { ...good, requestCert: true, ca: authority.pem },
    'no-tls': (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    'silent-handshake': (socket) => void socket.resume(),
    'reset-in-handshake': (socket) => socket.once('data', () => socket.resetAndDestroy()),
    'end-in-handshake': (socket) => socket.once('data', () => socket.end()),
    'noise-in-handshake': (socket) => socket.once('data', () => socket.write(Buffer.alloc(20_000, 0x16))),
  }
  const hostile: Behaviour[] = []
  for (const [name, how] of Object.entries(served)) {
    const server =
      typeof how === 'function'
        ? await HostileServer.start({}, createTcpServer(how))
        : await HostileServer.start(
            {},
            createTlsServer(how, () => {}).on('tlsClientError', () => {}),
          )
    t.teardown(() => server.close())
    hostile.push({ name: `TLS ${name}`, url: `https://127.0.0.1:${server.port}/ok` })
  }
  return hostile
}
