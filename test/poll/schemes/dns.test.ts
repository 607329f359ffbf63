import dgram from 'node:dgram'
import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { Answer } from 'dns-packet'
import { dnsServer } from '../../helpers/dns-server.ts'
import type { ScriptedAnswer } from '../../helpers/dns-server.ts'
import { freePort } from '../../helpers/free-port.ts'
import { seeded } from '../../helpers/random.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import { UdpQuery } from '../../../src/poll/schemes/ask-dns.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import type { Url } from '../../../src/resource/resource.ts'
import type { State } from '../../../src/state/state.ts'
import { parseUrl } from '../../../src/settings/url.ts'

const name = 'a.example'
const SOA: Answer = {
  type: 'SOA',
  name: 'example',
  ttl: 60,
  data: {
    mname: 'ns.example',
    rname: 'root.example',
    serial: 7,
    refresh: 1,
    retry: 2,
    expire: 3,
    minimum: 4,
  },
}

/** Records of each type, and the lines that they are read as. */
const RECORDS: readonly (readonly [record: Answer, line: string])[] = [
  [{ type: 'A', name, ttl: 300, data: '192.0.2.1' }, 'a.example. 300 IN A 192.0.2.1'],
  [{ type: 'AAAA', name, ttl: 300, data: '2001:db8::1' }, 'a.example. 300 IN AAAA 2001:db8::1'],
  [
    { type: 'MX', name, ttl: 300, data: { preference: 10, exchange: 'mx.a.example' } },
    'a.example. 300 IN MX 10 mx.a.example.',
  ],
  [{ type: 'NS', name, ttl: 300, data: 'ns.example' }, 'a.example. 300 IN NS ns.example.'],
  [{ type: 'PTR', name, ttl: 300, data: 'b.example' }, 'a.example. 300 IN PTR b.example.'],
  [{ type: 'TXT', name, ttl: 300, data: ['v=spf1 -all', 'b'] }, 'a.example. 300 IN TXT "v=spf1 -all" "b"'],
  [
    { type: 'TXT', name, ttl: 300, data: [Buffer.from('a "b" \\ c; ä\x00\x7f')] },
    String.raw`a.example. 300 IN TXT "a \"b\" \\ c; \195\164\000\127"`,
  ],
  [
    { type: 'SRV', name, ttl: 300, data: { priority: 1, weight: 2, port: 25, target: 'b.example' } },
    'a.example. 300 IN SRV 1 2 25 b.example.',
  ],
  [
    { type: 'CAA', name, ttl: 300, data: { flags: 128, tag: 'issue', value: 'ca.example' } },
    'a.example. 300 IN CAA 128 issue "ca.example"',
  ],
  [
    { type: 'CAA', name, ttl: 300, data: { flags: 0, tag: 'issue', value: 'a "ä"' } },
    String.raw`a.example. 300 IN CAA 0 issue "a \"\195\164\""`,
  ],
  [
    { type: 'CNAME', name, ttl: 300, data: 'we"ird @na$me(x);y.example' },
    String.raw`a.example. 300 IN CNAME we\"ird\032\@na\$me\(x\)\;y.example.`,
  ],
  [{ ...SOA, name }, 'a.example. 60 IN SOA ns.example. root.example. 7 1 2 3 4'],
]

async function poll(
  t: ExecutionContext,
  server: { readonly address: string },
  question: string,
  different: Partial<PollOptions> = {},
): Promise<State> {
  const poller = new TestPoller({ timeoutMs: 20_000, ...different })
  t.teardown(() => poller.close())
  const parsed = parseUrl(`dns://${server.address}/${question}`)
  if ('why' in parsed) throw new Error(parsed.why)
  return poller.pollWithoutStall(parsed.url)
}

for (const [record, line] of RECORDS) {
  test(`a record of type ${record.type}: ${line}`, async (t) => {
    const server = await dnsServer(t, { [name]: { records: [record] } })
    const exact = `/^${line.replaceAll(/[.^$+\\()]/g, String.raw`\$&`)}$/`
    const state = await poll(t, server, `${name}?type=${record.type}&expect=${encodeURIComponent(exact)}`)
    t.like(
      state,
      { verdict: 'up', reason: 'ok', status: 0, method: '', address: '127.0.0.1', tls: null },
      state.detail,
    )
    t.true(state.phasesMs.wait > 0)
    const other = await poll(t, server, `${name}?type=${record.type}&expect=/no such/`.replaceAll(' ', '%20'))
    t.like(other, { verdict: 'down', reason: 'body' })
    t.is(other.detail, `the answer does not contain what it should: "${line}"`)
  })
}

test('A is the default, CNAMEs are followed, several expectations must all be met', async (t) => {
  const server = await dnsServer(t, {
    'www.example': { cname: 'a.example' },
    'a.example': { a: ['192.0.2.1', '192.0.2.2'] },
  })
  t.like(await poll(t, server, 'WWW.example.'), { verdict: 'up' })
  t.deepEqual([...new Set(server.asked)], ['A www.example'])
  const all = 'www.example?expect=192.0.2.1&expect=192.0.2.2'
  t.like(await poll(t, server, all), { verdict: 'up' })
  t.like(await poll(t, server, `${all}&expect=192.0.2.3`), { verdict: 'down', reason: 'body' })
  t.like(await poll(t, server, all, { talk: [['expect', '/CNAME a\\.example\\.$/']] }), { verdict: 'up' })
  t.like(await poll(t, server, all, { talk: [['expect', 'MX']] }), { verdict: 'down', reason: 'body' })
})

const RCODES: Readonly<Record<string, ScriptedAnswer>> = {
  NXDOMAIN: 'NXDOMAIN',
  SERVFAIL: 'SERVFAIL',
  REFUSED: 'REFUSED',
  FORMERR: 'FORMERR',
}

for (const [rcode, answer] of Object.entries(RCODES)) {
  test(`${rcode} is dns, unless it is what should be`, async (t) => {
    const server = await dnsServer(t, { [name]: answer })
    const state = await poll(t, server, name)
    t.like(state, {
      verdict: 'down',
      reason: 'dns',
      detail: `the server answers ${rcode}`,
      address: '127.0.0.1',
    })
    t.like(await poll(t, server, `${name}?rcode=${rcode.toLowerCase()}`), { verdict: 'up' })
  })
}

test('no record of the type: dns', async (t) => {
  const server = await dnsServer(t, { [name]: { a: ['192.0.2.1'] } })
  const state = await poll(t, server, `${name}?type=MX`)
  t.like(state, { verdict: 'down', reason: 'dns', detail: 'the server knows no MX record of this name' })
  const denied = await poll(t, server, `${name}?rcode=NXDOMAIN`)
  t.is(denied.detail, 'the server answers NOERROR, not NXDOMAIN')
})

test('what a server answers is an answer, also if it is an error: to the uplink, and where none is wanted', async (t) => {
  const server = await dnsServer(t, { [name]: 'SERVFAIL' })
  const url = `dns://${server.address}/${name}`
  const poller = new TestPoller({ timeoutMs: 20_000, canaries: [url as Url] })
  t.teardown(() => poller.close())
  for (const question of [url, `${url}?type=MX`, url.replace(name, 'none.example')]) {
    const state = await poller.pollWithoutStall(question, { verdict: 'up' })
    t.like(state, { verdict: 'down', reason: 'dns', errCount: 0 }, state.detail)
  }
  t.deepEqual(poller.uplink, [])
  const unwanted = await poll(t, server, name, { want: 'down' })
  t.like(unwanted, { verdict: 'down', reason: 'unexpected', detail: 'it answers' })
})

test('the authority section', async (t) => {
  const server = await dnsServer(t, { [name]: { rcode: 'NXDOMAIN', authorities: [SOA] } })
  const question = `${name}?rcode=NXDOMAIN&authority=/SOA%20ns/`
  t.like(await poll(t, server, question), { verdict: 'up' })
  const state = await poll(t, server, question.replace('ns/', 'ns2/'))
  t.like(state, { verdict: 'down', reason: 'body' })
  t.regex(state.detail, /"example\. 60 IN SOA ns\.example\. root\.example\. 7 1 2 3 4"$/)
})

const MANY: readonly Answer[] = Array.from({ length: 60 }, (_, n) => ({
  type: 'A',
  name,
  ttl: 1,
  data: `192.0.2.${n}`,
}))

test('an answer that does not fit is asked for over TCP', async (t) => {
  const server = await dnsServer(t, { [name]: { records: MANY } })
  t.like(await poll(t, server, `${name}?expect=192.0.2.59`), { verdict: 'up' })
  t.deepEqual([...new Set(server.asked)], [`A ${name}`, `A ${name} over TCP`])
})

test('every record of the largest answer is read', async (t) => {
  const records = Array.from({ length: 2_000 }, (_, n): Answer => ({
    type: 'A',
    name,
    ttl: 1,
    data: `192.0.${n >> 8}.${n & 255}`,
  }))
  const authorities: Answer[] = [{ type: 'NS', name, ttl: 1, data: 'ns.example' }]
  const server = await dnsServer(t, { [name]: { records, authorities } })
  const state = await poll(t, server, `${name}?expect=192.0.7.207&authority=ns.example`)
  t.like(state, { verdict: 'up' }, state.detail)
})

const TCP_FAULTS: Readonly<
  Record<string, readonly [pieces: ((framed: Buffer) => readonly Buffer[]) | null, reason: string]>
> = {
  'not there': [null, 'refused'],
  'closed at once': [() => [], 'protocol'],
  'closed half way': [(framed) => [framed.subarray(0, 100)], 'protocol'],
  garbage: [
    (framed) => [Buffer.concat([framed.subarray(0, 4), Buffer.alloc(framed.length - 4)])],
    'protocol',
  ],
}

for (const [title, [pieces, reason]] of Object.entries(TCP_FAULTS)) {
  test(`TCP that is ${title}: ${reason}`, async (t) => {
    const server = await dnsServer(t, { [name]: { records: MANY } }, { pieces })
    t.like(await poll(t, server, name), { verdict: 'down', reason })
  })
}

test('a silent server: timeout', async (t) => {
  const server = await dnsServer(t, { [name]: 'silent' })
  const state = await poll(t, server, name, { timeoutMs: 300 })
  t.like(state, { verdict: 'down', reason: 'timeout', address: '' })
  t.regex(state.detail, /\(wait\)$/)
})

test('a query that is lost is sent again', async (t) => {
  const server = await dnsServer(t, { [name]: { a: ['192.0.2.1'] } })
  let lost = 0
  server.sendReply = (reply, _question, send) => void (lost++ === 0 || send(reply))
  t.like(await poll(t, server, name), { verdict: 'up' })
  t.true(server.count(`A ${name}`) >= 2)
})

test('nobody listens: refused, with the address', async (t) => {
  const port = await freePort()
  const state = await poll(t, { address: `127.0.0.1:${port}` }, name)
  t.like(state, { verdict: 'down', reason: 'refused' })
  t.true(state.detail.endsWith(`127.0.0.1:${port}`), state.detail)
})

test('a server by name: the first address refuses, the second answers', async (t) => {
  // Without TCP its port is one that nobody else is given, at no address.
  const server = await dnsServer(t, { [name]: { a: ['192.0.2.1'] } }, { host: '127.0.0.2', pieces: null })
  const names = await dnsServer(t, { 'ns.example': { a: ['127.0.0.1', '127.0.0.2'] } })
  const port = server.address.split(':')[1] ?? ''
  const options = { resolvers: [names.address] }
  const state = await poll(t, { address: `ns.example:${port}` }, name, options)
  t.like(state, { verdict: 'up', address: '127.0.0.2' }, state.detail)
  t.true(state.phasesMs.dns > 0)
  const unknown = await poll(t, { address: `none.example:${port}` }, name, options)
  t.like(unknown, { verdict: 'down', reason: 'dns' })
})

const LOOPBACK = Array.from({ length: 20 }, (_, n) => `127.0.2.${n + 1}`)

/** A server by name that has an address where `name` is known, after these. Its port is one that nobody else is given, at no address. */
async function serverAfter(t: ExecutionContext, others: readonly string[]) {
  const server = await dnsServer(t, { [name]: { a: ['192.0.2.1'] } }, { host: '127.0.3.1', pieces: null })
  const names = await dnsServer(t, { 'ns.example': { a: [...others, '127.0.3.1'] } })
  const port = Number(server.address.split(':')[1])
  const poller = new TestPoller({ timeoutMs: 20_000, resolvers: [names.address] })
  t.teardown(() => poller.close())
  return { poller, server, port, url: `dns://ns.example:${port}/${name}` }
}

test('a server by name: of 21 addresses, only the last answers', async (t) => {
  const { poller, url } = await serverAfter(t, LOOPBACK)
  const state = await poller.pollWithoutStall(url)
  t.like(state, { verdict: 'up', address: '127.0.3.1' }, state.detail)
})

test('a server by name with a silent address: later polls begin with the one that answered', async (t) => {
  const { poller, server, port, url } = await serverAfter(t, LOOPBACK.slice(0, 1))
  const asked: string[] = []
  server.sendReply = (reply, _question, send) => {
    asked.push('127.0.3.1')
    send(reply)
  }
  const silent = dgram.createSocket('udp4', () => void asked.push('silent'))
  silent.bind(port, LOOPBACK[0])
  await once(silent, 'listening')
  t.teardown(() => void silent.close())
  t.like(await poller.pollWithoutStall(url), { verdict: 'up', address: '127.0.3.1' })
  t.is(asked[0], 'silent')
  // Queries that are there by now are of the first poll.
  await nextTurn()
  asked.length = 0
  const later = await poller.pollWithoutStall(url)
  t.like(later, { verdict: 'up', address: '127.0.3.1' })
  t.is(asked[0], '127.0.3.1')
  // After half a second, which a busy machine may take, the next one is asked.
  if (later.durationMs < 500) t.false(asked.includes('silent'))
})

test('the addresses that a query has had no time for', (t) => {
  const query = new UdpQuery([...LOOPBACK, ...LOOPBACK], 9, Buffer.alloc(12), () => {})
  t.teardown(() => query.close())
  t.deepEqual(query.untried, LOOPBACK.slice(1))
})

test('an answer that is truncated over TCP too: protocol', async (t) => {
  const truncated = (framed: Buffer) => {
    const reply = Buffer.from(framed)
    // The flags, after the length and the id.
    reply.writeUInt16BE(reply.readUInt16BE(4) | 0x02_00, 4)
    return [reply]
  }
  const server = await dnsServer(t, { [name]: { records: MANY } }, { pieces: truncated })
  const state = await poll(t, server, name)
  t.like(state, { verdict: 'down', reason: 'protocol', detail: 'over TCP, the answer is truncated too' })
})

test('a server with an IPv6 address', async (t) => {
  const server = await dnsServer(t, { [name]: { a: ['192.0.2.1'] } }, { host: '::1' })
  t.like(await poll(t, server, name), { verdict: 'up', address: '::1' })
})

test('--deny-private and -6 forbid it: policy', async (t) => {
  const server = await dnsServer(t, { [name]: { a: ['192.0.2.1'] } })
  t.like(await poll(t, server, name, { denyPrivate: true }), { reason: 'policy' })
  t.like(await poll(t, server, name, { family: 6 }), { reason: 'policy' })
  t.deepEqual(server.asked, [])
})

const SPOILT: Readonly<Record<string, (reply: Buffer) => Buffer>> = {
  garbage: () => Buffer.from('garbage'),
  'a short datagram': (reply) => reply.subarray(0, 11),
  'cut in a record': (reply) => reply.subarray(0, reply.length - 1),
  'the query itself': (reply) =>
    Buffer.concat([reply.subarray(0, 2), Buffer.from([1, 0]), reply.subarray(4)]),
  'another question': (reply) => {
    const other = Buffer.from(reply)
    other.write('b', 13)
    return other
  },
  'a name that points to itself': (reply) => {
    const other = Buffer.from(reply)
    other.writeUInt16BE(0xc0_00 + other.length - 16, other.length - 16)
    return other
  },
}

for (const [title, spoilt] of Object.entries(SPOILT)) {
  test(`${title}: protocol`, async (t) => {
    const server = await dnsServer(t, { [name]: { a: ['192.0.2.1'], spoilt } })
    t.like(await poll(t, server, name, { timeoutMs: 1_500 }), { verdict: 'down', reason: 'protocol' })
  })
}

test('random answers end with a State', async (t) => {
  const socket = dgram.createSocket('udp4')
  const random = seeded(1)
  socket.on('message', (query, { port, address }) => {
    const noise = Buffer.from(Array.from({ length: 60 }, () => random.below(256)))
    const head = Buffer.from([0x81, 0x80, 0, 1, 0, 2, 0, 1, 0, 0])
    socket.send(Buffer.concat([query.subarray(0, 2), head, query.subarray(12), noise]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  for (let left = 200; left > 0; left--) {
    const { reason } = await poll(t, { address: `127.0.0.1:${socket.address().port}` }, name)
    t.true(['protocol', 'dns', 'ok'].includes(reason), reason)
  }
})
