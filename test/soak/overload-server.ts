// Healthy origins in a process of their own, on HTTP and on HTTPS. Gets a certificate and its key as a message, says its two ports.
import { createServer as createHttp } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Pair } from '../helpers/certificates.ts'

/** The ports that it listens on. */
export interface OriginPorts {
  readonly http: number
  readonly https: number
}

const answer: RequestListener = (_, response) => void response.writeHead(204).end()
const [pair] = (await once(process, 'message')) as [Pair]
const http = createHttp(answer)
const https = createHttps(pair, answer)
// An origin that closes a connection because it was stopped itself would be no healthy one.
for (const server of [http, https]) {
  server.keepAliveTimeout = 60_000
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
}
https.on('tlsClientError', (_, socket) => socket.destroy())
const port = (server: typeof http | typeof https) => (server.address() as AddressInfo).port
process.send?.({ http: port(http), https: port(https) } satisfies OriginPorts)
process.on('disconnect', () => process.exit())
