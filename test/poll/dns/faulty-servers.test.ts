import test from 'ava'
import { dnsServer } from '../../helpers/dns-server.ts'
import type { ScriptedAnswer, SendReply } from '../../helpers/dns-server.ts'
import { testResolver } from '../../helpers/test-resolver.ts'
import { seeded } from '../../helpers/random.ts'
import { REASON_FACTS } from '../../../src/state/reasons.ts'

const healthy = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`n${n}.example`, { a: [`127.1.2.${n % 250}`] }]),
  )

/** Counts the outcomes. */
function tally(outcomes: readonly string[]): Record<string, number> {
  const kinds = outcomes.map((outcome) => (/^[a-z]/.test(outcome) ? outcome : 'found'))
  return Object.fromEntries(
    Object.entries(Object.groupBy(kinds, (kind) => kind)).map(([kind, all]) => [kind, all?.length ?? 0]),
  )
}

/** An A record of three bytes. */
const tooShort: SendReply = (reply, question, send) =>
  send(
    question === 'A bad.example' ? Buffer.concat([reply.subarray(0, -5), Buffer.from([3, 1, 2, 3])]) : reply,
  )

test('a malformed answer is the fault of its name only, and others keep their reasons: silence, SERVFAIL', async (t) => {
  const zone: Record<string, ScriptedAnswer> = {
    ...healthy(60),
    'bad.example': { a: ['127.0.0.1'], ttl: 0 },
    'silent.example': 'silent',
    'servfail.example': 'SERVFAIL',
  }
  const server = await dnsServer(t, zone, { sendReply: tooShort })
  const names = await testResolver(t, [server.address], { family: 4 })
  const ends = await Promise.all(
    Object.keys(zone).map(async (name) => [name, await names.lookUp(name)] as const),
  )
  const {
    'bad.example': bad,
    'silent.example': silent,
    'servfail.example': servfail,
    ...others
  } = Object.fromEntries<string>(ends)
  t.deepEqual(tally(Object.values(others)), { found: 60 })
  t.is(bad, 'dns: bad.example: the answer is malformed')
  t.is(silent, `timeout: ${REASON_FACTS.timeout.text} (dns)`)
  t.is(servfail, 'dns: servfail.example: the name server failed (SERVFAIL)')
})

for (const [percent, seed] of [
  [1, 1],
  [10, 2],
  [50, 3],
] as const) {
  test(`a name server that loses ${percent} % of datagrams, and reorders and doubles others: no name is blamed`, async (t) => {
    const { next: chance } = seeded(seed)
    const sendReply: SendReply = (reply, _question, send) => {
      if (chance() * 100 < percent) return
      send(reply)
      if (chance() < 0.1) setTimeout(() => send(reply), chance() * 50)
    }
    const reordered: SendReply = (reply, question, send) => {
      if (chance() < 0.2) setTimeout(() => sendReply(reply, question, send), chance() * 50)
      else sendReply(reply, question, send)
    }
    const server = await dnsServer(t, healthy(500), { sendReply: reordered })
    const names = await testResolver(t, [server.address])
    const ends = await Promise.all(Object.keys(server.zone).map((name) => names.lookUp(name)))
    const {
      found = 0,
      'local: the name servers answered late': late = 0,
      'local: the name servers do not answer': silent = 0,
      ...others
    } = tally(ends)
    t.deepEqual(others, {})
    t.is(found + silent + late, 500)
    t.true(found > 400)
  })
}

test('if the first of two servers is silent, the second is queried in time', async (t) => {
  const silent = await dnsServer(t, { '*': 'silent', '.': 'silent' })
  const server = await dnsServer(t, healthy(200))
  const names = await testResolver(t, [silent.address, server.address])
  const ends = await Promise.all(Object.keys(server.zone).map((name) => names.lookUp(name)))
  t.deepEqual(tally(ends), { found: 200 })
})

for (const failing of ['SERVFAIL', 'REFUSED', 'FORMERR'] as const) {
  test(`${failing} for every name: not the fault of the only name looked up`, async (t) => {
    const server = await dnsServer(t, { '*': failing })
    const names = await testResolver(t, [server.address])
    t.regex(await names.lookUp('a.example'), /^local: lookups of every name fail: the name server/)
  })

  test(`${failing} for one name is the fault of the name, also in the first lookup`, async (t) => {
    const server = await dnsServer(t, { 'a.example': failing })
    const names = await testResolver(t, [server.address])
    t.regex(await names.lookUp('a.example'), /^dns: a\.example: the name server/)
  })
}

test('a server that refuses the root zone counts as working if it answers as before', async (t) => {
  const server = await dnsServer(t, {
    '.': 'REFUSED',
    'a.example': 'SERVFAIL',
    'b.example': { a: ['127.0.0.1'] },
  })
  const names = await testResolver(t, [server.address])
  t.is(await names.lookUp('b.example'), '127.0.0.1')
  t.regex(await names.lookUp('a.example'), /^dns: a\.example: the name server failed/)
  server.zone['b.example'] = 'SERVFAIL'
  t.regex(await names.lookUp('a.example.'), /^local: lookups of every name fail/)
})
