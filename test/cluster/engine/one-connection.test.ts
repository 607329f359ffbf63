import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { once } from 'node:events'
import test from 'ava'
import { withConnection } from '../../../src/cluster/engine/one-connection.ts'
import { freePort } from '../../helpers/free-port.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'

test('of a Redis Cluster, another server is asked when the first one does not answer', async (t) => {
  let asked = 0
  const server = createServer((socket) => {
    asked++
    socket.on('error', () => {}).write('<html>\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const hosts = [await freePort(), (server.address() as AddressInfo).port].map((port) => `127.0.0.1:${port}`)
  const address = parseEngineUrl(`redis-cluster://${hosts.join(',')}`)
  await t.throwsAsync(
    withConnection(address, 'key', (redis) => redis.info()),
    { message: /neither a Valkey nor a Redis/ },
  )
  t.true(asked > 0)
})

test.serial('a server of another protocol is one error, and nothing is printed', async (t) => {
  const answer = (socket: Socket) => {
    socket.on('error', () => {}).write('<html>\n<body>\n')
  }
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const printed: unknown[] = []
  const original = console.error
  console.error = (...words: unknown[]) => printed.push(words[0])
  try {
    const asked = withConnection(parseEngineUrl(`redis://127.0.0.1:${port}`), 'key', (redis) => redis.info())
    await t.throwsAsync(asked, { message: /neither a Valkey nor a Redis/ })
  } finally {
    console.error = original
    server.close()
  }
  t.deepEqual(printed, [])
})
