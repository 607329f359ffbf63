import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import type { ExecutionContext } from 'ava'
import type { StartTls } from '../../src/settings/starttls.ts'
import { DIALOGUES, leadDialogue } from './starttls-server.ts'

/** The time between two bytes of a slow server, in ms. */
const DRIP_MS = 20

/** Noise that begins as nothing does that headcount speaks. */
const GARBAGE = Buffer.from('\0\xff\x07 garbage\r\n\r\n'.repeat(200), 'latin1')

/** A TLS record of which the server sends all but the end. */
const ENDLESS_RECORD = '\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03'

/** What a server does in place of an answer. `slowly`: the beginning of an answer, whose last byte is repeated without end. `wire`: the connection below TLS. */
export const FAULTS: Readonly<Record<string, (socket: Socket, slowly: string, wire: Socket) => void>> = {
  silent: () => {},
  slow: (socket, slowly) => {
    let at = 0
    const timer = setInterval(() => {
      socket.write(slowly.charAt(Math.min(at++, slowly.length - 1)), 'latin1')
    }, DRIP_MS)
    socket.once('close', () => clearInterval(timer))
  },
  reset: (_socket, _slowly, wire) => void wire.resetAndDestroy(),
  'reset after the request': (socket, _slowly, wire) =>
    void socket.once('data', () => wire.resetAndDestroy()),
  'half-closed': (socket) => void socket.end(),
  'half-closed in the answer': (socket, slowly) => void socket.end(slowly.slice(0, 1), 'latin1'),
  garbage: (socket) => void socket.write(GARBAGE),
  'garbage, then closed': (socket) => void socket.end(GARBAGE),
}

/** What a server does: a fault in plain text, in TLS, or in the handshake. */
export type Behaviour =
  | { readonly at: 'wire' | 'inside'; readonly fault: string }
  | { readonly at: 'handshake'; readonly tls: TlsOptions }

/** How the server speaks where it does not fail. */
interface Speech {
  readonly starttls: StartTls | null
  /** Null: no TLS. */
  readonly tls: TlsOptions | null
  /** The beginning of an answer in the place of which faults come, in plain text and in TLS. */
  readonly slowly: string
  /** Default: false. */
  readonly isHttp2?: boolean
}

/**
 * Starts a server with one port, whose behaviour depends on the address that is connected to: the first one is that of 127.0.1.1. Ends
 * with the test.
 */
export async function faultServer(
  t: Pick<ExecutionContext, 'teardown'>,
  behaviours: readonly Behaviour[],
  { starttls, tls, slowly, isHttp2 = false }: Speech,
): Promise<number> {
  const sockets = new Set<Socket>()
  const alpn = isHttp2 ? { ALPNProtocols: ['h2'] } : {}
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    const behaviour = behaviours[Number(socket.localAddress?.split('.').at(-1)) - 1] as Behaviour
    if (behaviour.at === 'wire') {
      FAULTS[behaviour.fault]?.(socket, starttls === null && tls !== null ? ENDLESS_RECORD : slowly, socket)
      socket.resume()
      return
    }
    const secure = () => {
      const options = behaviour.at === 'handshake' ? behaviour.tls : (tls as TlsOptions)
      const inside = new TLSSocket(socket, {
        ...alpn,
        isServer: true,
        secureContext: createSecureContext(options),
      })
      inside.on('error', () => {})
      if (behaviour.at === 'inside')
        inside.once('secure', () => FAULTS[behaviour.fault]?.(inside, slowly, socket))
      inside.resume()
    }
    if (starttls === null) secure()
    else leadDialogue(socket, DIALOGUES[starttls], secure)
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
