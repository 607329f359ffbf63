import type { Attempt } from '../../poll/attempt/attempt.ts'
import { isFailure } from '../../poll/attempt/failure.ts'
import type { Failure } from '../../poll/attempt/failure.ts'
import { hostPort } from '../../poll/attempt/host-port.ts'
import type { Exchange, HttpResponse } from '../../poll/http/exchange.ts'
import type { BodyReader } from '../../poll/http/body-reader.ts'
import { ForwardingExchange } from '../../poll/http/forwarding-exchange.ts'
import { Http1Exchange } from '../../poll/http/http1-exchange.ts'
import { Http2Exchange } from '../../poll/http/http2/http2-exchange.ts'
import type { Request } from '../../poll/http/request.ts'
import type { Transport } from '../../poll/http/transports.ts'
import type { TcpConnection } from '../../poll/dial/dialer.ts'
import { secureProbe } from './probe-tls.ts'
import type { CompiledTls } from './probe-tls.ts'
import { readTlsReport } from './tls-report.ts'
import type { HttpPhases, TlsReport } from './report.ts'

/** One request of a probe: where it goes, and what it says. */
export interface Hop {
  readonly url: URL
  /** The address to connect to; null: those of the host. */
  readonly address: string | null
  readonly transport: Transport
  readonly tls: CompiledTls
  readonly serverName: string
  readonly http2: boolean
  readonly request: Request
  /** How to read the body of an answer; null: not at all. */
  readonly openBody: (head: HttpResponse) => BodyReader | null
  /** To which the times are added, in ms. */
  readonly phases: HttpPhases
  readonly isFirst: boolean
  readonly now: () => number
}

/** What came of a request. */
export interface HopResult {
  /** What ended it; null: the answer is complete. */
  readonly failure: Failure | null
  /** The head of the answer; null if there was none. */
  readonly head: HttpResponse | null
  readonly body: BodyReader | null
  readonly tls: TlsReport | null
  /** When the head of the answer was complete, on the monotonic clock, in ms. */
  readonly headAt: number
}

/** The result of a request that was not sent. */
export function unsent(failure: Failure): HopResult {
  return { failure, head: null, body: null, tls: null, headAt: 0 }
}

/** Opens a connection, sends one request, and closes it. Adds the phases as the exporter does: those of a connection only if it was opened. */
export async function sendHop(attempt: Attempt, hop: Hop): Promise<HopResult> {
  const { phases, now } = hop
  const before = { ...attempt.phasesMs }
  const opened = await open(attempt, hop)
  if (!hop.isFirst) phases.resolve = (phases.resolve ?? 0) + attempt.phasesMs.dns - before.dns
  if (isFailure(opened)) return unsent(opened)
  // The way through a proxy is part of it.
  const { connect, proxy = 0 } = attempt.phasesMs
  phases.connect += connect + proxy - before.connect - (before.proxy ?? 0)
  phases.tls += attempt.phasesMs.tls - before.tls
  const { exchange, tls, firstByte } = opened
  let head: HttpResponse | null = null
  let body: BodyReader | null = null
  const sentAt = now()
  let headAt = sentAt
  const outcome = await exchange.send(attempt, {
    ...hop.request,
    keepsFields: true,
    openBody(response) {
      head = response as HttpResponse
      headAt = now()
      body = hop.openBody(head)
      if (body !== null) attempt.readsBody()
      return body
    },
  })
  exchange.close()
  if (head !== null || firstByte.at > 0) phases.processing += (firstByte.at || headAt) - sentAt
  if (body !== null) phases.transfer += now() - headAt
  return { failure: isFailure(outcome) ? outcome : null, head, body, tls, headAt }
}

/** An open connection. */
interface Opened {
  readonly exchange: Exchange
  readonly tls: TlsReport | null
  /** When the first byte of an answer over HTTP/1 arrived; 0: not yet, or over HTTP/2. */
  readonly firstByte: { at: number }
}

async function open(attempt: Attempt, hop: Hop): Promise<Opened | Failure> {
  const { url, address, transport, http2, now } = hop
  const secure = url.protocol === 'https:'
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  const { proxy } = transport
  const forwards = proxy !== null && !secure && proxy.protocol !== 'socks5'
  const host = address === null ? url.hostname : hostPort(address, null)
  const tcp = await transport.dialer.dial(attempt, host, port, {
    rawReads: !secure && (proxy === null || forwards),
    retryFailed: true,
    forwards,
  })
  if (isFailure(tcp)) return tcp
  const origin = `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}`
  if (!secure) {
    const exchange = new Http1Exchange(origin, tcp.socket, false, tcp.readBuffer)
    return {
      exchange: forwards ? new ForwardingExchange(exchange, origin, proxy) : exchange,
      tls: null,
      firstByte: watchFirstByte(tcp, now),
    }
  }
  // Without HTTP/2 the exporter does not negotiate: a server that speaks nothing else still shows its certificate.
  const protocols = http2 ? ['h2', 'http/1.1'] : []
  const socket = await secureProbe(attempt, tcp.socket, hop.serverName, hop.tls, protocols)
  if (isFailure(socket)) return socket
  const tls = readTlsReport(socket, hop.tls)
  if (socket.alpnProtocol === 'h2')
    return { exchange: new Http2Exchange(origin, socket, false), tls, firstByte: { at: 0 } }
  const exchange = new Http1Exchange(origin, socket, false)
  return { exchange, tls, firstByte: watchFirstByte({ socket, readBuffer: null }, now) }
}

/** Notes when the first byte arrives. Call it after the Exchange has begun to listen. */
function watchFirstByte(
  { socket, readBuffer }: Pick<TcpConnection, 'socket' | 'readBuffer'>,
  now: () => number,
): { at: number } {
  const firstByte = { at: 0 }
  if (readBuffer === null) {
    socket.prependOnceListener('data', () => (firstByte.at = now()))
    return firstByte
  }
  const { onChunk } = readBuffer
  readBuffer.onChunk = (chunk) => {
    firstByte.at = now()
    readBuffer.onChunk = onChunk
    onChunk(chunk)
  }
  return firstByte
}
