import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'

/** A real HTTP server on loopback. */
export interface Origin {
  /** Without a slash at its end. */
  readonly url: string
  readonly port: number
  /** Paths asked for, in order. */
  readonly requestPaths: string[]
  /** Resolves when `path` has been asked for `times` in all. */
  requested(path: string, times?: number): Promise<void>
}

/** Starts an origin that ends with the test. By default it answers 204 to everything. */
export async function startOrigin(
  t: Pick<ExecutionContext, 'teardown'>,
  answer: RequestListener = (_, response) => void response.writeHead(204).end(),
): Promise<Origin> {
  const requestPaths: string[] = []
  const counts = new Map<string, number>()
  const waiting: (() => void)[] = []
  const server = createServer((request, response) => {
    const path = request.url as string
    requestPaths.push(path)
    counts.set(path, (counts.get(path) ?? 0) + 1)
    for (const look of waiting.splice(0)) look()
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requestPaths,
    async requested(path, times = 1) {
      while ((counts.get(path) ?? 0) < times) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}
