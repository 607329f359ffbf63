import type { Socket } from 'node:net'
import { isFailure } from './attempt/failure.ts'
import type { Failure } from './attempt/failure.ts'
import type { Attempt } from './attempt/attempt.ts'
import type { ReadBuffer } from './attempt/read-buffer.ts'
import type { Connection } from './http/connection-pool.ts'
import type { Exchange } from './http/exchange.ts'
import { ForwardingExchange } from './http/forwarding-exchange.ts'
import { Http1Exchange } from './http/http1-exchange.ts'
import { Http2Exchange } from './http/http2/http2-exchange.ts'
import { isForwarded } from './http/transports.ts'
import type { Transport } from './http/transports.ts'
import type { ProbeResult } from './verdict/probe-result.ts'

/** How to open a connection. `fresh`: use no cached DNS failure. `http1`: do not offer HTTP/2. `now`: the monotonic clock. */
interface OpenOptions {
  readonly fresh: boolean
  readonly keepAlive: boolean
  readonly http1: boolean
  readonly now: () => number
}

/**
 * Opens a connection to the origin of `result.hop`: DNS, TCP and, for https, TLS, as steps of `attempt`. Puts the IP address
 * and the TLS parameters into `result`, also if a later step fails.
 */
export async function openConnection(
  attempt: Attempt,
  result: ProbeResult,
  transport: Transport,
  { fresh, keepAlive, http1, now }: OpenOptions,
): Promise<Connection | Failure> {
  const { hop } = result
  const secure = hop.protocol === 'https:'
  const port = hop.port === '' ? (secure ? 443 : 80) : Number(hop.port)
  const { proxy } = transport
  const forwards = isForwarded(transport, hop)
  const tcp = await transport.dialer.dial(attempt, hop.hostname, port, {
    rawReads: !secure && (proxy === null || forwards),
    retryFailed: fresh,
    forwards,
  })
  if (isFailure(tcp)) return tcp
  result.address = tcp.address
  const secured = secure
    ? await transport.tls.secure(attempt, tcp.socket, hop, result, http1 ? 'http/1.1' : 'all')
    : null
  if (isFailure(secured)) return secured
  const exchange = exchangeOn(secured ?? tcp.socket, tcp.readBuffer, hop.origin, keepAlive)
  return {
    key: poolKey(result, transport),
    exchange: forwards && proxy !== null ? new ForwardingExchange(exchange, hop.origin, proxy) : exchange,
    address: tcp.address,
    tls: result.tls,
    openedAt: now(),
    usableFrom: 0,
  }
}

/** The key in the ConnectionPool of connections that may serve `hop`. */
export function poolKey({ hop }: Pick<ProbeResult, 'hop'>, { keyPrefix }: Transport): string {
  return `${keyPrefix}${hop.origin}`
}

function exchangeOn(
  socket: Socket,
  readBuffer: ReadBuffer | null,
  origin: string,
  keepAlive: boolean,
): Exchange {
  const http2 = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2'
  return http2
    ? new Http2Exchange(origin, socket, keepAlive)
    : new Http1Exchange(origin, socket, keepAlive, readBuffer)
}
