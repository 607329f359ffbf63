import { once } from 'node:events'
import { createServer } from 'node:https'
import type { ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'

/** Starts an HTTPS server on loopback that answers 200 to everything and ends with the test. Returns its port. */
export async function httpsServer(t: ExecutionContext, options: ServerOptions): Promise<number> {
  const server = createServer(options, (_, response) => void response.end('secret'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
