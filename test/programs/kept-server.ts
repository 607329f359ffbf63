// `kept-server.ts HTTP HTTPS`: servers on these ports of loopback that keep connections: HTTP, and HTTPS with HTTP/1 and HTTP/2. They wait
// for a message with their certificate, send one when they listen, and answer 204 to everything.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Pair } from '../helpers/certificates.ts'

const KEEP_ALIVE_MS = 60_000

function answer(
  _: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
): void {
  response.statusCode = 204
  response.end()
}

process.on('disconnect', () => process.exit())
const [pair] = (await once(process, 'message')) as [Pair]
const secure = createSecureServer({ ...pair, allowHTTP1: true }, answer)
Object.assign(secure, { keepAliveTimeout: KEEP_ALIVE_MS })
const servers = [createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer), secure]
for (const [at, server] of servers.entries()) {
  server.listen(Number(process.argv[2 + at]), '127.0.0.1')
  await once(server, 'listening')
}
process.send?.('listening')
