import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import test from 'ava'
import { Connections } from '../../../src/web/server/connections.ts'

test('when all have to end, so do those that came when all others were in use', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const accepted = async (): Promise<Socket> => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
    const [socket] = (await once(server, 'connection')) as [Socket]
    t.teardown(() => client.destroy())
    return socket.on('error', () => {})
  }
  const connections = new Connections(1)
  const [busy, refused] = [await accepted(), await accepted()]
  connections.add(busy)
  t.true(connections.begin(busy, new ServerResponse(new IncomingMessage(busy)), () => {}))
  connections.add(refused)
  t.true(connections.isRefused(refused))
  connections.retire()
  // The end of its handshake would make it a connection like any other, by rules that are no longer there.
  t.true(refused.destroyed)
  t.false(busy.destroyed)
  busy.destroy()
})
