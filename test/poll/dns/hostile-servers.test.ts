import dgram from 'node:dgram'
import { once } from 'node:events'
import test from 'ava'
import { dnsServer } from '../../helpers/dns-server.ts'
import type { SendReply } from '../../helpers/dns-server.ts'
import { freePort } from '../../helpers/free-port.ts'
import { testResolver } from '../../helpers/test-resolver.ts'
import { seeded } from '../../helpers/random.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'

const SILENT = 'local: the name servers do not answer'

const numbered = (count: number) =>
  Array.from({ length: count }, (_, n) => `127.3.${Math.floor(n / 250)}.${(n % 250) + 1}`)

test('answers with a wrong id are ignored', async (t) => {
  const sendReply: SendReply = (reply, _question, send) => {
    for (const bit of [1, 256]) {
      const forged = Buffer.from(reply)
      forged.writeUInt16BE(reply.readUInt16BE(0) ^ bit, 0)
      forged[forged.length - 1] = 66
      send(forged)
    }
    send(reply)
  }
  const server = await dnsServer(t, { 'a.example': { a: ['192.0.2.1'] } }, { sendReply })
  const names = await testResolver(t, [server.address])
  t.is(await names.lookUp('a.example'), '192.0.2.1')
})

test('answers from another port are ignored', async (t) => {
  const other = dgram.createSocket('udp4')
  t.teardown(() => other.close())
  const front = dgram.createSocket('udp4').bind(0, '127.0.0.1')
  await once(front, 'listening')
  t.teardown(() => front.close())
  front.on('message', (query, from) => {
    const reply = Buffer.from(query)
    reply.writeUInt16BE(0x8183, 2)
    other.send(reply, from.port, from.address)
  })
  const names = await testResolver(t, [`127.0.0.1:${front.address().port}`])
  t.is(await names.lookUp('a.example', 1_000), SILENT)
})

test('answers to another question are ignored', async (t) => {
  const sendReply: SendReply = (reply, question, send) => {
    if (question !== 'A a.example') return send(reply)
    const other = Buffer.from(reply)
    other[13] = 'b'.charCodeAt(0)
    send(other)
    send(reply)
  }
  const server = await dnsServer(t, { 'a.example': { a: ['192.0.2.1'] } }, { sendReply })
  const names = await testResolver(t, [server.address])
  t.is(await names.lookUp('a.example'), '192.0.2.1')
})

const SEED = 53
test(`answers with randomly changed bytes do not harm other names, seed ${SEED}`, async (t) => {
  const random = seeded(SEED)
  const zone = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`${n % 3 === 0 ? 'bad' : 'n'}${n}.example`, { a: ['192.0.2.1'] }]),
  )
  const sendReply: SendReply = (reply, question, send) => {
    if (!question.includes(' bad')) return send(reply)
    for (let copies = random.below(4); copies > 0; copies--) {
      const mutant = Buffer.from(
        reply.subarray(0, random.below(8) === 0 ? random.below(reply.length) : reply.length),
      )
      // All bytes except the id, so that it belongs to a query.
      for (let mistakes = 1 + random.below(4); mistakes > 0 && mutant.length > 2; mistakes--)
        mutant[2 + random.below(mutant.length - 2)] = random.below(256)
      send(mutant)
    }
  }
  const server = await dnsServer(t, zone, { sendReply })
  const names = await testResolver(t, [server.address])
  const ends = await Promise.all(
    Object.keys(zone).map(async (name) => [name, await names.lookUp(name)] as const),
  )
  const harmed = ends.filter(([name, end]) => name.startsWith('n') && end !== '192.0.2.1')
  t.deepEqual(harmed, [])
})

test('an answer too large for a datagram comes over TCP, in any pieces', async (t) => {
  const all = numbered(400)
  const server = await dnsServer(
    t,
    { 'a.example': { a: all } },
    { pieces: (framed) => [...framed].map((byte) => Buffer.from([byte])) },
  )
  const names = await testResolver(t, [server.address], { family: 4 })
  t.is(await names.lookUp('a.example', 60_000), all.join(' '))
})

for (const [title, pieces, detail] of [
  ['refused', null, new RegExp(`does not answer over TCP, .*: ${REASON_FACTS.refused.text}`)],
  ['closed at once', () => [], /does not answer over TCP, .*: the name server closed the connection$/],
  [
    'closed in the middle',
    (framed: Buffer) => [framed.subarray(0, 100)],
    /does not answer over TCP, .*: the name server closed the connection$/,
  ],
  [
    'answered with another id',
    (framed: Buffer) => [framed.subarray(0, 2), Buffer.from([framed[2] === 0 ? 1 : 0]), framed.subarray(3)],
    /does not answer over TCP, .*: the name server answered another query$/,
  ],
  [
    'answered with nothing',
    () => [Buffer.from([0, 0])],
    /does not answer over TCP, .*: the name server answered another query$/,
  ],
  [
    'answered with noise',
    (framed: Buffer) => [framed.subarray(0, 14), Buffer.alloc(framed.length - 14, 0xff)],
    /does not answer over TCP, .*: the answer is malformed$/,
  ],
] as const) {
  test(`DNS over TCP ${title}: the addresses that did fit are used`, async (t) => {
    const server = await dnsServer(t, { 'a.example': { a: numbered(64) } }, { pieces })
    const names = await testResolver(t, [server.address], { family: 4 })
    t.regex(await names.lookUp('a.example'), /^127\.3\.0\.1 (127\.3\.0\.\d+ ?){10,}$/)
  })

  test(`DNS over TCP ${title}, and nothing did fit: not the fault of the name`, async (t) => {
    const empty: SendReply = (reply, _question, send) => {
      const cut = Buffer.from(reply.subarray(0, 27))
      cut.writeUInt16BE(cut.readUInt16BE(2) | 0x200, 2)
      cut.writeUInt16BE(0, 6)
      send(cut)
    }
    const server = await dnsServer(t, { 'a.example': { a: numbered(64) } }, { pieces, sendReply: empty })
    const names = await testResolver(t, [server.address], { family: 4 })
    const said = await names.lookUp('a.example')
    t.regex(said, /^local: the name server /)
    t.regex(said, detail)
  })
}

test('2,000 names at once and a server with a small buffer: no name is blamed', async (t) => {
  const zone = Object.fromEntries(
    Array.from({ length: 2_000 }, (_, n) => [`n${n}.example`, { a: ['192.0.2.1'] }]),
  )
  const server = await dnsServer(t, zone)
  server.limitBuffer(32_768)
  const names = await testResolver(t, [server.address])
  const ends = await Promise.all(Object.keys(zone).map((name) => names.lookUp(name)))
  const others = ends.filter((end) => end !== '192.0.2.1')
  t.deepEqual(
    others.filter((end) => end !== SILENT),
    [],
  )
  t.true(others.length < 200, `${others.length}`)
})

test('name servers with IPv6 addresses', async (t) => {
  const server = await dnsServer(t, { 'a.example': { a: numbered(64) } }, { host: '::1' })
  const names = await testResolver(t, [server.address], { family: 4 })
  t.is(await names.lookUp('a.example'), numbered(64).join(' '))
})

test('if nobody listens at the first name server, the second is queried', async (t) => {
  const server = await dnsServer(t, { 'a.example': { a: ['192.0.2.1'] } })
  const names = await testResolver(t, [`127.0.0.1:${await freePort()}`, server.address])
  t.is(await names.lookUp('a.example'), '192.0.2.1')
})

test('if the first name server fails for every name, the second is queried', async (t) => {
  const broken = await dnsServer(t, { '*': 'SERVFAIL' })
  const server = await dnsServer(t, { 'a.example': { a: ['192.0.2.1'] } })
  const names = await testResolver(t, [broken.address, server.address])
  t.is(await names.lookUp('a.example'), '192.0.2.1')
})

test('the first name server fails at once, the second has the name after a while', async (t) => {
  const broken = await dnsServer(t, { '*': 'SERVFAIL' })
  const slow = await dnsServer(t, { 'a.example': { a: ['192.0.2.1'], delayMs: 600 } })
  const names = await testResolver(t, [broken.address, slow.address])
  t.is(await names.lookUp('a.example', 10_000), '192.0.2.1')
})

test('a silent name server is the first again once it answers', async (t) => {
  const any = { a: ['192.0.2.1'] }
  const first = await dnsServer(t, { '*': 'silent', '.': 'silent' })
  const second = await dnsServer(t, { '*': any })
  const names = await testResolver(t, [first.address, second.address], { family: 4 })
  const heard = () => first.asked.length
  let n = 0
  const next = () => names.lookUp(`n${n++}.example`)
  // oxlint-disable-next-line eslint/no-unmodified-loop-condition -- next() counts it up
  for (let before = -1; heard() !== before || n < 10;) {
    before = heard()
    await next()
  }
  const before = heard()
  first.zone['*'] = any
  delete first.zone['.']
  while (heard() === before && names.clock.now() < 60_000) await next()
  t.true(heard() > before)
})
