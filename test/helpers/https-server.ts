import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'

/** Starts an HTTPS server on loopback that ends with the test. Returns its port. `answer`: 200 to everything by default. */
export async function httpsServer(
  t: ExecutionContext,
  options: ServerOptions,
  answer: RequestListener = (_, response) => void response.end('secret'),
): Promise<number> {
  const server = createServer(options, answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
