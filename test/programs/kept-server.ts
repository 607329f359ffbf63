// `kept-server.ts HTTP HTTPS`: servers on these ports of loopback that keep connections: HTTP, and HTTPS with HTTP/1 and HTTP/2. They wait
// for a message with their certificate, send one when they listen, and answer 204 to everything.
import { once } from 'node:events'
import type { Pair } from '../helpers/certificates.ts'
import { keepingServers } from '../helpers/healthy-servers.ts'

process.on('disconnect', () => process.exit())
const [pair] = (await once(process, 'message')) as [Pair]
for (const [at, server] of keepingServers(pair).entries()) {
  server.listen(Number(process.argv[2 + at]), '127.0.0.1')
  await once(server, 'listening')
}
process.send?.('listening')
