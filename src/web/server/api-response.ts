import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AlerterError } from './alerter-client.ts'
import { acceptsGzip } from './accept.ts'
import { ApiError } from './api-error.ts'
import { compress } from './compress.ts'
import { hasEtag, weakEtag } from './etag.ts'
import { MonitorError } from './monitor-client.ts'
import { RecorderError } from './recorder-client.ts'
import type { RequestProgress } from './request-progress.ts'

const decompress = promisify(gunzip)

/** Shorter answers are not worth compressing, in bytes. */
const MIN_COMPRESSED = 1_024

/** Takes room for an answer before it is made. */
type Room = Pick<RequestProgress, 'hold'>

/** A thread that comes back is worth another request after this long, in s. */
const RETRY_AFTER_S = '5'

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }

/** Answers with JSON: compressed if the client accepts it, and not again if the client has it. */
export function jsonResponse(json: string, request: Headers, room: Room): Promise<Response> {
  const headers = { ...JSON_TYPE, 'Cache-Control': 'private, no-cache' }
  return taggedResponse(`${json}\n`, headers, request, room)
}

/** Answers with a text: compressed if the client accepts it, and not again if the client has it. `request`: the headers of the request. */
export async function taggedResponse(
  text: string,
  more: Readonly<Record<string, string>>,
  request: Headers,
  room: Room,
): Promise<Response> {
  room.hold(Buffer.byteLength(text))
  const body = Buffer.from(text)
  const etag = weakEtag(body)
  const headers = { ...more, ETag: etag, Vary: 'Accept-Encoding' }
  if (hasEtag(request.get('If-None-Match') ?? '', etag)) return new Response(null, { status: 304, headers })
  if (body.length < MIN_COMPRESSED || !acceptsGzip(request.get('Accept-Encoding') ?? ''))
    return new Response(body, { headers })
  const compressed = await compress(body)
  return new Response(compressed, { headers: { ...headers, 'Content-Encoding': 'gzip' } })
}

/** Answers with bytes that are compressed already. */
export async function compressedResponse(
  body: Buffer<ArrayBuffer>,
  request: Headers,
  room: Room,
): Promise<Response> {
  const headers = { 'Content-Type': 'application/octet-stream', Vary: 'Accept-Encoding' }
  if (!acceptsGzip(request.get('Accept-Encoding') ?? '')) {
    // The end of what gzip made has the length of what it was made of (RFC 1952, section 2.3.1).
    room.hold(body.readUInt32LE(body.length - 4))
    return new Response(await decompress(body), { headers })
  }
  room.hold(body.length)
  return new Response(body, { headers: { ...headers, 'Content-Encoding': 'gzip' } })
}

/** Answers with what went wrong. `failed` gets an error that nothing handles: a bug. */
export function errorResponse(error: Error, failed: (error: Error) => void): Response {
  const status = errorStatus(error)
  if (error instanceof ApiError) return errorJson(status, error.message, error.headers)
  if (status === 503) return errorJson(status, error.message, { 'Retry-After': RETRY_AFTER_S })
  failed(error)
  return errorJson(status, 'internal error')
}

/** The status of a response that says what went wrong; 500 for an error that nothing handles. */
export function errorStatus(error: Error): number {
  if (error instanceof ApiError) return error.status
  return [MonitorError, RecorderError, AlerterError].some((one) => error instanceof one) ? 503 : 500
}

function errorJson(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${JSON.stringify({ error })}\n`, { status, headers: { ...JSON_TYPE, ...headers } })
}
