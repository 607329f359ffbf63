import { REASON_FACTS } from '../../state/reasons.ts'
import type { UrlOptions } from '../../settings/url-options.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { excerpt } from '../checks/excerpt.ts'
import { encodeFields } from '../http/http2/hpack.ts'
import { percentDecoded } from '../http/request.ts'
import { PASSED } from '../verdict/probe-result.ts'
import { call } from './grpc-call.ts'
import type { GrpcAnswer } from './grpc-call.ts'
import { CHECK_PATH, checkRequest, codeName, MAX_MESSAGE, readHealth } from './grpc-health.ts'
import type { SchemeProber } from './scheme-prober.ts'
import { connect } from './tcp.ts'

/**
 * `grpc://host:port/service` and `grpcs://`: asks the standard health service over HTTP/2, on the socket of all polls, which a library
 * for gRPC could not use. SERVING passes; any other answer of gRPC is a failed check.
 */
export const probeGrpc: SchemeProber = async (poll) => {
  const { attempt, result, transport, options } = poll
  const { hop } = result
  const tcp = await connect(poll)
  if (isFailure(tcp)) return tcp
  const isSecure = hop.protocol === 'grpcs:'
  const socket = isSecure ? await transport.tls.secure(attempt, tcp.socket, hop, result, 'h2') : tcp.socket
  if (isFailure(socket)) return socket
  if ('alpnProtocol' in socket && socket.alpnProtocol !== 'h2') {
    socket.destroy()
    return failure('protocol', 'not gRPC: the server does not speak HTTP/2, by ALPN')
  }
  const message = checkRequest(decodeURIComponent(hop.pathname.slice(1)))
  const answer = await call(attempt, socket, headerBlock(hop, options), message, MAX_MESSAGE)
  if (isFailure(answer)) return answer
  const found = judgeAnswer(answer)
  if (found === null) return PASSED
  if (isFailure(found)) return found
  result.check = { failure: failure('body', `${REASON_FACTS.body.text}: ${found.health}`), lateMs: 0 }
  return PASSED
}

function headerBlock(hop: URL, { headers, userAgent, timeoutMs }: UrlOptions): Buffer {
  return encodeFields([
    [':method', 'POST'],
    [':scheme', hop.protocol === 'grpcs:' ? 'https' : 'http'],
    [':authority', hop.host],
    [':path', CHECK_PATH],
    ['te', 'trailers'],
    ['content-type', 'application/grpc'],
    ['user-agent', userAgent],
    // At most eight digits.
    ['grpc-timeout', `${Math.min(Math.ceil(timeoutMs), 99_999_999)}m`],
    ...headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]),
  ])
}

/** Null: it serves. A Failure: it is no answer of gRPC. Otherwise what it says instead. */
function judgeAnswer({ status, fields, body }: GrpcAnswer): null | Failure | { readonly health: string } {
  const type = fields.get('content-type') ?? ''
  const code = fields.get('grpc-status')
  // A proxy answers in HTTP; gRPC itself with 200, whatever it says.
  if (status !== 200) return failure('protocol', `not gRPC: the answer is HTTP ${status}`)
  if (!/^application\/grpc(?![^\s;+])/i.test(type))
    return failure('protocol', `not gRPC: the answer has the type "${excerpt(type)}"`)
  if (body.length > MAX_MESSAGE) return failure('protocol', 'not the health service: the answer is too long')
  if (code === undefined) return failure('protocol', 'the answer ends without grpc-status')
  const name = codeName(code)
  if (name === null) return failure('protocol', `the answer has the grpc-status "${excerpt(code)}"`)
  if (name !== 'OK') return { health: `grpc-status ${name} ${messageOf(fields)}`.trimEnd() }
  const read = readHealth(body)
  if ('why' in read) return failure('protocol', read.why)
  return read.health === 'SERVING' ? null : read
}

/** What the server says of its status, percent-encoded UTF-8. */
function messageOf(fields: ReadonlyMap<string, string>): string {
  const text = percentDecoded(fields.get('grpc-message') ?? '')
  return text === '' ? '' : `"${excerpt(text)}"`
}
