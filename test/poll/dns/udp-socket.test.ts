import dgram from 'node:dgram'
import { once } from 'node:events'
import test from 'ava'
import { UdpSocket } from '../../../src/poll/dns/udp-socket.ts'

test('its own address is one of this machine, not that of the server', async (t) => {
  // Both are addresses of this machine, which has to choose 127.0.0.1 to reach the other. A name server elsewhere has an address that
  // no socket here can have.
  const server = dgram.createSocket('udp4').bind(0, '127.0.0.2')
  t.teardown(() => void server.close())
  await once(server, 'listening')
  const socket = new UdpSocket({ host: '127.0.0.2', port: server.address().port }, 0, () => {})
  t.teardown(() => socket.close(null))
  socket.send(Buffer.from('query'), { id: 0, handle: () => true })
  const [, from] = (await once(server, 'message')) as [Buffer, dgram.RemoteInfo]
  t.is(from.address, '127.0.0.1')
})
