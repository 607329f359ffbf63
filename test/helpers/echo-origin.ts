import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'
import type { Pair } from './certificates.ts'

/** A request as it arrived, with its whole body. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** What the server answers; by default 200. */
export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

/** A server that records requests with their bodies. */
export interface EchoOrigin {
  /** Without a slash at its end. */
  readonly url: string
  readonly received: Received[]
}

/**
 * Starts a server on loopback that ends with the test: HTTP/1.1, or HTTP/2 over TLS with `pair` and windows of `initialWindowSize`. It
 * answers when the whole request has arrived.
 */
export async function startEcho(
  t: ExecutionContext,
  reply: (request: Received) => Reply = () => ({ status: 200 }),
  tls: { readonly pair: Pair; readonly initialWindowSize?: number } | null = null,
): Promise<EchoOrigin> {
  const received: Received[] = []
  const listener = (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): void => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const one = { method, path, headers, body: Buffer.concat(chunks) }
      received.push(one)
      const { status, headers: sent = {} } = reply(one)
      for (const [name, value] of Object.entries(sent)) response.setHeader(name, value)
      response.statusCode = status
      response.end()
    })
  }
  const server =
    tls === null
      ? createServer(listener)
      : createSecureServer(
          { ...tls.pair, settings: { initialWindowSize: tls.initialWindowSize ?? 65_535 } },
          listener,
        )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`, received }
}
