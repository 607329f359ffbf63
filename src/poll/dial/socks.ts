import { isIP, isIPv4 } from 'node:net'
import type { Socket } from 'node:net'
import { ipv6Groups } from '../../settings/ipv6-groups.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { negotiate } from './negotiate.ts'

// SOCKS5: RFC 1928, with names and passwords of RFC 1929. Packages for it open sockets and keep deadlines of their own.

const VERSION = 5
const NO_CREDENTIALS = 0
const PASSWORD = 2

/** What a reply means, by its code; what is missing says something about the proxy. */
const REPLIES: Readonly<Record<number, Failure>> = {
  1: failure('unreachable', 'the proxy could not connect'),
  3: failure('unreachable', 'the proxy has no route to the network'),
  4: failure('unreachable', 'the proxy has no route to the host'),
  5: failure('refused', `${REASON_FACTS.refused.text}, says the proxy`),
  6: failure('unreachable', 'the proxy reports an expired TTL'),
}

/** Asks a SOCKS5 proxy for a connection. `host`: a name, which it looks up, or an address. Null: it has made one. */
export async function socksConnect(
  attempt: Attempt,
  socket: Socket,
  { host, port }: { readonly host: string; readonly port: number },
  credentials: { readonly username: string; readonly password: string } | null,
): Promise<Failure | null> {
  const methods = credentials === null ? [NO_CREDENTIALS] : [NO_CREDENTIALS, PASSWORD]
  const greeting = Buffer.from([VERSION, methods.length, ...methods])
  const chosen = await negotiate(attempt, socket, greeting, (received) => fixed(received, 2, VERSION))
  if (isFailure(chosen)) return chosen
  if (chosen[1] === PASSWORD && credentials !== null) {
    const login = Buffer.concat([
      Buffer.from([1]),
      counted(credentials.username),
      counted(credentials.password),
    ])
    const result = await negotiate(attempt, socket, login, (received) => fixed(received, 2, 1))
    if (isFailure(result)) return result
    if (result[1] !== 0) return refuse(socket, 'the proxy refuses the name or password')
  } else if (chosen[1] !== NO_CREDENTIALS) return refuse(socket, 'the proxy wants a name and password')
  const request = Buffer.concat([
    Buffer.from([VERSION, 1, 0]),
    addressBytes(host),
    Buffer.from([port >> 8, port & 255]),
  ])
  const reply = await negotiate(attempt, socket, request, readReply)
  return isFailure(reply) ? reply : null
}

function refuse(socket: Socket, detail: string): Failure {
  socket.destroy()
  return failure('proxy', detail)
}

function fixed(received: Buffer, length: number, version: number): number | Failure | null {
  if (received.length > 0 && received[0] !== version) return failure('proxy', 'the answer is not SOCKS5')
  return received.length < length ? null : length
}

function readReply(received: Buffer): number | Failure | null {
  const start = fixed(received, 5, VERSION)
  if (typeof start !== 'number') return start
  const code = received[1] as number
  if (code !== 0) return REPLIES[code] ?? failure('proxy', `the proxy refuses this, SOCKS5 code ${code}`)
  const addressLength = { 1: 4, 3: 1 + (received[4] as number), 4: 16 }[received[3] as number]
  if (addressLength === undefined) return failure('proxy', 'the answer is not SOCKS5')
  const length = 4 + addressLength + 2
  return received.length < length ? null : length
}

/** The length in one byte, then the text. What is too long is cut, which no proxy will accept. */
function counted(text: string): Buffer {
  const bytes = Buffer.from(text).subarray(0, 255)
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}

function addressBytes(host: string): Buffer {
  if (isIP(host) === 0) return Buffer.concat([Buffer.from([3]), counted(host)])
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)])
  return Buffer.concat([Buffer.from([4]), ipv6Bytes(host)])
}

/** Two bytes for each group. A zone means nothing to another machine. */
function ipv6Bytes(address: string): Buffer {
  return Buffer.from(ipv6Groups(address.replace(/%.*/, '')).flatMap((group) => [group >> 8, group & 255]))
}
