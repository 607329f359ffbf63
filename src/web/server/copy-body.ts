import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { acceptsGzip } from './accept.ts'
import { hasEtag, weakEtag } from './etag.ts'
import type { RequestProgress } from './request-progress.ts'
import { DEFAULT_POLICY } from './security-headers.ts'

/** Shorter files are not worth compressing, in bytes. */
const MIN_COMPRESSED = 512

/** How a copy is sent. */
export interface CopyHeaders {
  readonly type: string
  readonly cacheControl: string
  readonly policy: string
}

/** A copy, plain and compressed. */
export class CopyBody {
  readonly #plain: Uint8Array
  /** Null: it would not be shorter. */
  readonly #compressed: Uint8Array | null
  readonly #etag: string
  readonly #headers: CopyHeaders

  constructor(bytes: Uint8Array, headers: CopyHeaders) {
    this.#plain = bytes
    const compressed = bytes.length < MIN_COMPRESSED ? bytes : gzipSync(bytes)
    this.#compressed = compressed.length < bytes.length ? compressed : null
    this.#etag = weakEtag(bytes)
    this.#headers = headers
  }

  /** Answers GET and HEAD, and refuses others. `isPrivate`: no cache that others use may keep it. Throws as `hold` does. */
  send(
    { method, headers: asked }: IncomingMessage,
    response: ServerResponse,
    progress: Pick<RequestProgress, 'hold'>,
    isPrivate: boolean,
  ): void {
    if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD', 'Content-Type': 'text/plain; charset=utf-8' })
      return void response.end('method not allowed\n')
    }
    const encoding = asked['accept-encoding'] ?? ''
    const isCompressed = acceptsGzip(typeof encoding === 'string' ? encoding : '')
    const body = (isCompressed ? this.#compressed : null) ?? this.#plain
    const isKnown = hasEtag(asked['if-none-match'] ?? '', this.#etag)
    if (!isKnown) progress.hold(body.length)
    const { type, cacheControl, policy } = this.#headers
    response.setHeader('ETag', this.#etag)
    response.setHeader('Vary', 'Accept-Encoding')
    response.setHeader('Cache-Control', `${isPrivate ? 'private' : 'public'}, ${cacheControl}`)
    // A policy of the configuration stays.
    if (response.getHeader('Content-Security-Policy') === DEFAULT_POLICY)
      response.setHeader('Content-Security-Policy', policy)
    if (isKnown) return void response.writeHead(304).end()
    if (body === this.#compressed) response.setHeader('Content-Encoding', 'gzip')
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': body.length })
    response.end(method === 'HEAD' ? undefined : body)
  }
}
