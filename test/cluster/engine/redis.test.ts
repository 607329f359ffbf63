import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer } from 'node:tls'
import { connect } from '../../../src/cluster/engine/redis.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { Authority } from '../../helpers/certificates.ts'
import { tcpServer } from '../../helpers/tcp-server.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'

const test = testWith('valkey-server')

/** Answers as a sentinel that knows a server on this port of loopback. */
function answerAsSentinel(socket: Socket, port: number): void {
  const place = `*2\r\n$9\r\n127.0.0.1\r\n$${String(port).length}\r\n${port}\r\n`
  const answers = new Map([
    ['get-master-addr-by-name', place],
    ['sentinels', '*0\r\n'],
    ['hello', '*0\r\n'],
    ['client', '+OK\r\n'],
  ])
  socket.on('data', (data: Buffer) => {
    for (const word of String(data).split('\r\n')) socket.write(answers.get(word.toLowerCase()) ?? '')
  })
}

test('a sentinel that takes connections and says nothing is passed over', async (t) => {
  const valkey = await Valkey.start(t)
  const silent = await tcpServer(t)
  const good = await tcpServer(t, (socket) => answerAsSentinel(socket, valkey.port))
  const hosts = `127.0.0.1:${silent.port},127.0.0.1:${good.port}`
  const redis = connect(parseEngineUrl(`redis-sentinel://${hosts}/name`), 'a', 'key')
  redis.on('error', () => {})
  t.teardown(() => redis.disconnect())
  await redis.connect()
  t.is(await redis.ping(), 'PONG')
  t.true(silent.connections() > 0)
})

test('the certificate of each sentinel has to be for the host that is asked', async (t) => {
  const authority = await Authority.create()
  const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  const asked = Promise.withResolvers<string>()
  const sentinel = createServer(pair, (socket) =>
    socket.on('data', () => asked.resolve('asked')).on('error', () => {}),
  ).listen(0, '127.0.0.1')
  await once(sentinel, 'listening')
  const { port } = sentinel.address() as AddressInfo
  // Nobody listens at the first one.
  const address = parseEngineUrl(`rediss-sentinel://localhost:1,127.0.0.1:${port}/name`)
  const redis = connect({ ...address, tls: { ca: authority.pem, cert: null, key: null } }, 'a', 'key')
  redis.on('error', ({ message }: Error) => asked.resolve(message))
  t.teardown(() => {
    redis.disconnect()
    sentinel.close()
  })
  redis.connect().catch(() => {})
  t.is(await asked.promise, 'asked')
})
