import { once } from 'node:events'
import net from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { ExecutionContext } from 'ava'

/** Starts a server on loopback that does with each connection what it is told, and ends with the test. `wanted`: its port; 0: any. */
export async function tcpServer(
  t: Pick<ExecutionContext, 'teardown'>,
  serve: (socket: Socket) => void = () => {},
  host = '127.0.0.1',
  wanted = 0,
): Promise<{ readonly port: number; readonly connections: () => number }> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    serve(socket)
  })
  server.listen(wanted, host)
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, connections: () => connections }
}
