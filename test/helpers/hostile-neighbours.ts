import { createServer as createTcpServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import type { ExecutionContext } from 'ava'
import { Authority, selfSigned } from './certificates.ts'
import type { Pair } from './certificates.ts'
import { FRAME_SCRIPTS } from './frame-scripts.ts'
import { FrameServer } from './frame-server.ts'
import { HostileServer, SCRIPTS } from './hostile-server.ts'
import type { Script } from './hostile-server.ts'
import { BODY_SCRIPTS, KEPT_SCRIPTS } from './kept-scripts.ts'
import { ODD_CERTIFICATES } from './odd-certificates.ts'
import { sendRandomFrames } from './random-frames.ts'
import { RECORD_CHANGES, recordRelay } from './record-relay.ts'

/** One way in which a URL is hostile. */
export interface Behaviour {
  readonly name: string
  readonly url: string
  /** Whether its body is to be read. Default: false. */
  readonly hasBody?: boolean
}

/** Its line of a list, with a deadline that is soon over. */
export function hostileLine({ url, hasBody }: Behaviour): string {
  return `${url} timeout=400ms${hasBody === true ? ' body=x' : ''}`
}

/** What ends with the test, or with a run. */
export type Owner = Pick<ExecutionContext, 'teardown'>

/** Seeds of random frames: the first, and how many. */
const FIRST_SEED = 9_113
const SEEDS = 20

const LOCAL = [{ type: 'ip', value: '127.0.0.1' } as const]

/** Starts servers on loopback for all hostile behaviours over HTTP/1, HTTP/2 and TLS that the tests know. */
export async function hostileNeighbours(t: Owner, authority: Authority): Promise<Behaviour[]> {
  const good = await authority.issue(LOCAL)
  const groups = [
    overHttp(t, 'HTTP/1', SCRIPTS),
    // Each has an origin of its own, so that the connections that are kept are its own.
    ...Object.entries({ ...KEPT_SCRIPTS, ...BODY_SCRIPTS }).map(([name, script]) =>
      overHttp(t, 'kept', { [name]: script }),
    ),
    overFrames(t, good),
    badHandshakes(t, authority, good),
    oddCertificates(t, authority),
    changedRecords(t, good),
  ]
  return (await Promise.all(groups)).flat()
}

/** Starts a server that ends with the test, and returns its port. */
async function start(
  t: Owner,
  server?: Server,
  scripts: Readonly<Record<string, Script>> = {},
): Promise<number> {
  const hostile = await HostileServer.start(scripts, server)
  t.teardown(() => hostile.close())
  return hostile.port
}

async function overHttp(
  t: Owner,
  kind: string,
  scripts: Readonly<Record<string, Script>>,
): Promise<Behaviour[]> {
  const port = await start(t, undefined, scripts)
  return Object.keys(scripts).map((name) => ({
    name: `${kind} ${name}`,
    url: `http://127.0.0.1:${port}/${name}`,
    hasBody: name in BODY_SCRIPTS,
  }))
}

async function overFrames(t: Owner, good: Pair): Promise<Behaviour[]> {
  const server = await FrameServer.start(good, { ...FRAME_SCRIPTS, random: sendRandomFrames })
  t.teardown(() => server.close())
  const random = Array.from({ length: SEEDS }, (_, n) => `random?${FIRST_SEED + n}`)
  return [...Object.keys(FRAME_SCRIPTS), ...random].map((name) => ({
    name: `HTTP/2 ${name}`,
    url: server.url(name),
  }))
}

async function badHandshakes(t: Owner, authority: Authority, good: Pair): Promise<Behaviour[]> {
  const served: Record<string, TlsOptions | ((socket: Socket) => void)> = {
    expired: await authority.issue(LOCAL, -2, -1),
    'not-yet-valid': await authority.issue(LOCAL, 1, 2),
    'another-host': await authority.issue([{ type: 'dns', value: 'a.example' }]),
    'self-signed': await selfSigned(LOCAL),
    'unknown-issuer': await (await Authority.create()).issue(LOCAL),
    'old-version': { ...good, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    'client-certificate': { ...good, requestCert: true, ca: authority.pem },
    'no-tls': (socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    'silent-handshake': (socket) => void socket.resume(),
    'reset-in-handshake': (socket) => socket.once('data', () => socket.resetAndDestroy()),
    'end-in-handshake': (socket) => socket.once('data', () => socket.end()),
    'noise-in-handshake': (socket) => socket.once('data', () => socket.write(Buffer.alloc(20_000, 0x16))),
  }
  const all = Object.entries(served).map(async ([name, how]) => {
    const server = typeof how === 'function' ? createTcpServer(how) : tlsServer(how)
    return { name: `TLS ${name}`, url: `https://127.0.0.1:${await start(t, server)}/ok` }
  })
  // A chain of redirects with a handshake for each.
  const moved = await start(t, tlsServer(good))
  const chains = ['moved-on', 'ping', 'moved-to-silent'].map((name) => ({
    name: `TLS ${name}`,
    url: `https://127.0.0.1:${moved}/${name}`,
  }))
  return [...(await Promise.all(all)), ...chains]
}

async function oddCertificates(t: Owner, authority: Authority): Promise<Behaviour[]> {
  const all = ODD_CERTIFICATES.map(async ([title, extensions, host]) => {
    const port = await start(t, tlsServer(await authority.issueWith(extensions)))
    return { name: `certificate with ${title}`, url: `https://${host}:${port}/ok` }
  })
  return Promise.all(all)
}

async function changedRecords(t: Owner, good: Pair): Promise<Behaviour[]> {
  const port = await start(t, tlsServer(good))
  const all = Object.entries(RECORD_CHANGES).map(async ([name, change]) => ({
    name: `TLS record ${name}`,
    url: `https://127.0.0.1:${await start(t, recordRelay(port, change))}/ok-open`,
  }))
  return Promise.all(all)
}

function tlsServer(options: TlsOptions): Server {
  return createTlsServer(options, () => {}).on('tlsClientError', () => {})
}
