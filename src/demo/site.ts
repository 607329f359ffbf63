import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { openRefusingPort } from './refusing-port.ts'

/** Response time of the slow page, in ms. */
const SLOW_MS = 700

/** The flapping page is up for the first FLAP_UP of each FLAP_CYCLE requests. */
const FLAP_CYCLE = 6
const FLAP_UP = 3

/** A small site on loopback with a URL for each kind of result. */
export interface DemoSite {
  /** Each URL has an origin of its own, so that every poller gets some. */
  readonly urls: readonly string[]
  /** Closes all ports, connections and timers. */
  close(): Promise<void>
}

/** Answers a request. `other` is the URL of the first page, which is up. */
type Page = (response: ServerResponse, other: string) => void

/** Starts the site on free ports. */
export async function startDemoSite(): Promise<DemoSite> {
  let flappingRequests = 0
  const pages: Readonly<Record<string, Page>> = {
    up: (response) => answer(response, 200),
    empty: (response) => answer(response, 204),
    slow: (response) => {
      const timer = setTimeout(() => answer(response, 200), SLOW_MS)
      response.on('close', () => clearTimeout(timer))
    },
    moved: (response, other) => answer(response, 301, other),
    missing: (response) => answer(response, 404),
    failing: (response) => answer(response, 500),
    flapping: (response) => answer(response, flappingRequests++ % FLAP_CYCLE < FLAP_UP ? 200 : 503),
  }
  const servers: DemoServer[] = []
  const urls: string[] = []
  for (const [name, page] of Object.entries(pages)) {
    const other = urls[0] ?? ''
    const server = await listen(createHttpServer((_, response) => page(response, other)))
    servers.push(server)
    urls.push(`http://127.0.0.1:${server.port}/${name}`)
  }
  const silent = await listen(createTcpServer())
  const refusing = await openRefusingPort(silent.port)
  urls.push(`http://127.0.0.1:${silent.port}/silent`, `http://127.0.0.1:${refusing.port}/refusing`)
  return {
    urls,
    async close() {
      await Promise.all([refusing.close(), silent.close(), ...servers.map((server) => server.close())])
    },
  }
}

interface DemoServer {
  readonly port: number
  close(): Promise<void>
}

function answer(response: ServerResponse, status: number, location?: string): void {
  response.writeHead(status, location === undefined ? {} : { location }).end()
}

async function listen(server: Server): Promise<DemoServer> {
  // Bounded by the polls in flight, each of which ends at its deadline.
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    // A poll that is given up resets its connection. 'close' follows.
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    // A server that never answers must read to notice the end of the connection.
    if (!('requestTimeout' in server)) socket.resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
