import { once } from 'node:events'
import { connect } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { closeSoon } from '../../../src/poll/dial/close-soon.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

async function connected(t: ExecutionContext, port: number) {
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

test('what was written arrives before the connection ends', async (t) => {
  let received = 0
  let hasEnded = false
  const { port } = await tcpServer(t, (socket) => {
    socket.on('data', ({ length }) => (received += length)).on('end', () => (hasEnded = true))
  })
  const socket = await connected(t, port)
  socket.write(Buffer.alloc(1_000_000))
  closeSoon(socket)
  await waitUntil(() => hasEnded)
  t.is(received, 1_000_000)
  t.true(socket.destroyed)
})

test('a server that reads nothing does not keep a connection open', async (t) => {
  const { port } = await tcpServer(t)
  const socket = await connected(t, port)
  // More than the buffers of the system take.
  socket.write(Buffer.alloc(64_000_000))
  closeSoon(socket)
  t.true(socket.writableLength > 0)
  await waitUntil(() => socket.closed)
  t.pass()
})
