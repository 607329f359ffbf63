// `servers.ts KIND`: a server on loopback in a process of its own. It sends one message, where it listens, and ends with its parent.
import { createServer as createHttp } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { selfSigned } from '../helpers/certificates.ts'
import type { Pair } from '../helpers/certificates.ts'
import { DnsServer } from '../helpers/dns-server.ts'
import { FRAME_SCRIPTS } from '../helpers/frame-scripts.ts'
import { FrameServer } from '../helpers/frame-server.ts'
import { HostileServer } from '../helpers/hostile-server.ts'
import { hostileLine } from '../helpers/hostile-neighbours.ts'
import { neighbours } from '../helpers/neighbours.ts'
import { startKindServers } from './kind-servers.ts'
import type { KindPorts } from './kind-servers.ts'
import { startTurningServer } from './turning-server.ts'
import type { TurningAddress } from './turning-server.ts'

/** What each kind of server sends: its port, its ports, its URL or its address. */
export interface ServerAddresses {
  /** Answers 204 to everything. */
  readonly http: number
  /** The same, over HTTP and HTTPS. It waits for a message with its certificate. */
  readonly 'http-and-https': { readonly http: number; readonly https: number }
  /** The hostile server of the tests. */
  readonly hostile: number
  /** The HTTP/2 server of the tests. */
  readonly http2: string
  /** Healthy URLs and lines of all hostile ones, and what their polls need. */
  readonly neighbours: {
    readonly healthy: readonly string[]
    readonly hostile: readonly string[]
    readonly resolver: string
    readonly ca: string
  }
  /** A name server: every name has the address 127.0.0.1. */
  readonly names: string
  /** Servers for polls of every kind. */
  readonly kinds: KindPorts
  /** Answers 204 to everything, or 500 after a TurnRequest. */
  readonly turning: TurningAddress
}

const SERVERS: {
  readonly [Kind in keyof ServerAddresses]: () => Promise<ServerAddresses[Kind]>
} = {
  http: () => listen(createHttp(noContent)),
  async 'http-and-https'() {
    const [pair] = (await once(process, 'message')) as [Pair]
    const http = createHttp(noContent)
    const https = createHttps(pair, noContent).on('tlsClientError', (_, socket) => socket.destroy())
    // A healthy server does not close a connection because it was stopped itself.
    for (const server of [http, https]) server.keepAliveTimeout = 60_000
    return { http: await listen(http), https: await listen(https) }
  },
  async hostile() {
    const { port, heads } = await HostileServer.start()
    discardRegularly(heads)
    return port
  },
  async http2() {
    const server = await FrameServer.start(
      await selfSigned([{ type: 'ip', value: '127.0.0.1' }]),
      FRAME_SCRIPTS,
    )
    discardRegularly(server.requestPaths)
    return server.url('')
  },
  async neighbours() {
    const { healthy, hostile, resolver, tls } = await neighbours({ teardown() {} })
    return { healthy, hostile: hostile.map(hostileLine), resolver, ca: tls.ca }
  },
  names: async () => (await new DnsServer({ '*': { a: ['127.0.0.1'], ttl: 5 } }).listen()).address,
  kinds: startKindServers,
  turning: startTurningServer,
}

const noContent: RequestListener = (_, response) => void response.writeHead(204).end()

async function listen(server: ReturnType<typeof createHttp>): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** The test servers record every request, which a soak has no use for. */
function discardRegularly(requests: unknown[]): void {
  setInterval(() => requests.splice(0), 1_000)
}

process.on('disconnect', () => process.exit())
process.send?.(await SERVERS[process.argv[2] as keyof ServerAddresses]())
