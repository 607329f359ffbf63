import test from 'ava'
import { encodeQuery, TYPE } from '../../../src/poll/dns/query.ts'
import { BURST, NameServer } from '../../../src/poll/dns/name-server.ts'
import { serverAddress } from '../../../src/poll/dns/server-address.ts'
import { dnsServer } from '../../helpers/dns-server.ts'

test('answers allow more datagrams between two ticks, except answers to datagrams from before the last tick', async (t) => {
  const query = encodeQuery('a.example', TYPE.A) as Buffer
  const silent = await dnsServer(t, { '*': 'silent', '.': 'silent' })
  let now = 0
  const server = new NameServer(serverAddress(silent.address), () => now)
  t.teardown(() => server.close())
  const datagrams = Array.from({ length: 4 * BURST }, () =>
    server.send(query, { sent() {}, receive: () => true }),
  )
  const sent = () => datagrams.filter(({ sentAt }) => sentAt < Infinity).length
  t.is(sent(), BURST)
  server.noteAnswer(0)
  t.is(sent(), BURST + 1)
  now = 50
  server.tick(query)
  t.is(sent(), 2 * BURST + 1)
  for (let answers = 0; answers < BURST; answers++) server.noteAnswer(0)
  t.is(sent(), 2 * BURST + 1)
  server.noteAnswer(50)
  t.is(sent(), 2 * BURST + 2)
})
