import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'

/** HTTP servers on loopback that stop and start all at once, each on its own port. */
export interface SwitchedOrigins {
  readonly urls: readonly string[]
  /** They have stopped when this returns; connections are cut. */
  stop(): void
  /** On the same ports. */
  start(): Promise<void>
}

/** Starts `count` of them, on 127.0.0.1; they end with the test. */
export async function startSwitched(t: ExecutionContext, count: number): Promise<SwitchedOrigins> {
  const servers = Array.from({ length: count }, () =>
    createServer((_, response) => void response.writeHead(204).end()),
  )
  const listen = async (ports: readonly number[]) => {
    const all = servers.map((server, at) => server.listen(ports[at] ?? 0, '127.0.0.1'))
    await Promise.all(all.map((server) => once(server, 'listening')))
  }
  await listen([])
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  const stop = () => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
  t.teardown(stop)
  return { urls: ports.map((port) => `http://127.0.0.1:${port}/`), stop, start: () => listen(ports) }
}
