import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import type { Authority, Pair } from './certificates.ts'
import type { ScriptedAnswer } from './dns-server.ts'
import type { Owner } from './hostile-neighbours.ts'

/** Hosts, and URLs at each of every kind. */
const HOSTS = 5
const URLS = 10

/** A healthy server does not close a connection between two polls. */
const KEEP_ALIVE_MS = 120_000

type Request = IncomingMessage | Http2ServerRequest

/** Servers that keep connections and answer 204 to everything: HTTP, and HTTPS with HTTP/1 and HTTP/2. `onRequest` gets each request. */
export function keepingServers(
  pair: Pair,
  onRequest: (request: Request) => void = () => {},
): readonly [plain: Server, secure: Server] {
  const answer = (request: Request, response: ServerResponse | Http2ServerResponse): void => {
    onRequest(request)
    response.statusCode = 204
    response.end()
  }
  const secure = createSecureServer({ ...pair, allowHTTP1: true }, answer)
  Object.assign(secure, { keepAliveTimeout: KEEP_ALIVE_MS })
  return [createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, answer), secure]
}

/** Servers on addresses of loopback that answer 204 to everything: HTTP, and HTTPS with HTTP/1 and HTTP/2. */
export class HealthyServers {
  readonly urls: string[] = []
  /** The names of their hosts. */
  readonly zone: Record<string, ScriptedAnswer> = {}
  readonly #asked = new Map<string, number>()

  private constructor() {}

  /** Starts them; they end with the test. */
  static async start(t: Owner, authority: Authority): Promise<HealthyServers> {
    const hosts = Array.from({ length: HOSTS }, (_, n) => `127.0.0.${n + 2}`)
    const pair = await authority.issue([
      ...hosts.map((value) => ({ type: 'ip', value }) as const),
      { type: 'dns', value: '*.healthy.test' },
    ])
    const servers = new HealthyServers()
    for (const [n, host] of hosts.entries()) {
      const [plain, secure] = keepingServers(pair, servers.#count)
      const name = `h${n}.healthy.test`
      servers.zone[name] = { a: [host], ttl: 1 }
      const http = await listen(t, plain, host)
      const https = await listen(t, secure, host)
      for (let more = 0; more < URLS; more++) {
        for (const at of [host, name])
          servers.urls.push(`http://${at}:${http}/${more}`, `https://${at}:${https}/${more}`)
      }
    }
    return servers
  }

  /** How many requests for a URL came. */
  asked(url: string): number {
    return this.#asked.get(url) ?? 0
  }

  readonly #count = (request: Request): void => {
    const { authority } = request as Partial<Http2ServerRequest>
    const scheme = 'encrypted' in request.socket ? 'https' : 'http'
    const url = `${scheme}://${authority ?? request.headers.host}${request.url}`
    this.#asked.set(url, this.asked(url) + 1)
  }
}

async function listen(t: Owner, server: Server, host: string): Promise<number> {
  const open = new Set<{ destroy(): unknown }>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.listen({ port: 0, host, backlog: 4_096 })
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
