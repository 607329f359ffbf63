import test from 'ava'
import packet from 'dns-packet'
import type { Answer } from 'dns-packet'
import { MAX_ADDRESSES } from '../../../src/poll/dns/answer-records.ts'
import { readReply } from '../../../src/poll/dns/reply.ts'
import { encodeQuery, queryOf, TYPE } from '../../../src/poll/dns/query.ts'
import { seeded } from '../../helpers/random.ts'

const QUERY = encodeQuery('a.example', TYPE.A) as Buffer
const QUERY6 = queryOf(QUERY, TYPE.AAAA)

interface Given {
  readonly type?: 'A' | 'AAAA' | 'NS'
  readonly name?: string
  readonly answers?: readonly Answer[]
  readonly flags?: number
  readonly questions?: number
}

function reply({ type = 'A', name = 'a.example', answers = [], flags = 0, questions = 1 }: Given): Buffer {
  return packet.encode({
    type: 'response',
    flags,
    questions: Array.from({ length: questions }, () => ({ type, name })),
    answers: [...answers],
  })
}

/** A reply whose answer section is written by hand: names are offsets or bytes. */
function raw(records: readonly (readonly number[])[], count = records.length): Buffer {
  const message = reply({})
  message.writeUInt16BE(count, 6)
  return Buffer.concat([message, Buffer.from(records.flat())])
}

/** A reply with a name that is this many pointers long. */
function chained(pointers: number): Buffer {
  const at = reply({}).length + 2 + fields(99, 0).length
  const chain = [...TO_QUESTION]
  for (let n = 1; n < pointers - 1; n++) chain.push(0xc0 | ((at + 2 * n - 2) >> 8), (at + 2 * n - 2) & 0xff)
  const last = at + chain.length - 2
  return raw([
    [...TO_QUESTION, ...fields(99, chain.length), ...chain],
    [0xc0 | (last >> 8), last & 0xff, ...fields(1, 4), 1, 2, 3, 4],
  ])
}

const a = (data: string, name = 'a.example', ttl = 60): Answer => ({ type: 'A', name, ttl, data })
const cname = (name: string, data: string, ttl = 60): Answer => ({ type: 'CNAME', name, ttl, data })
/** Type, class IN, TTL 60 s, length. */
const fields = (type: number, length: number) => [0, type, 0, 1, 0, 0, 0, 60, 0, length]
const TO_QUESTION = [0xc0, 12]

for (const [title, message, expected] of [
  ['addresses in order', reply({ answers: [a('192.0.2.2'), a('192.0.2.1')] }), ['192.0.2.2', '192.0.2.1']],
  ['an address twice', reply({ answers: [a('192.0.2.1'), a('192.0.2.1')] }), ['192.0.2.1']],
  ['upper case', reply({ name: 'A.EXAMPLE', answers: [a('192.0.2.1', 'a.ExAmple')] }), ['192.0.2.1']],
  ['an address of another name', reply({ answers: [a('192.0.2.1', 'b.example')] }), []],
  ['an alias', reply({ answers: [cname('a.example', 'b.test'), a('192.0.2.1', 'b.test')] }), ['192.0.2.1']],
  [
    'an alias that comes after',
    reply({ answers: [a('192.0.2.1', 'b.test'), cname('a.example', 'b.test')] }),
    ['192.0.2.1'],
  ],
  ['an alias that leads nowhere', reply({ answers: [cname('a.example', 'b.test')] }), []],
  [
    'aliases in a circle',
    reply({ answers: [cname('a.example', 'b.test'), cname('b.test', 'a.example'), a('192.0.2.1')] }),
    'any',
  ],
  [
    'records of other types',
    reply({ answers: [{ type: 'TXT', name: 'a.example', data: 'x'.repeat(255) }, a('192.0.2.1')] }),
    ['192.0.2.1'],
  ],
  ['a question that is another', reply({ name: 'b.example' }), 'foreign'],
  ['a question of another type', reply({ type: 'AAAA' }), 'foreign'],
  ['two questions', reply({ questions: 2 }), 'foreign'],
  ['no question and an answer', reply({ questions: 0, answers: [a('192.0.2.1')] }), 'foreign'],
  ['no question and SERVFAIL', reply({ questions: 0, flags: 2 }), []],
  ['no question and NXDOMAIN', reply({ questions: 0, flags: 3 }), 'foreign'],
  ['our own question', QUERY, 'foreign'],
  ['another opcode', reply({ flags: 4 << 11 }), 'foreign'],
  ['eleven bytes', reply({}).subarray(0, 11), 'malformed'],
  ['a header', reply({ questions: 0 }), 'foreign'],
  ['an A record of 3 bytes', raw([[...TO_QUESTION, ...fields(1, 3), 1, 2, 3]]), 'malformed'],
  ['an A record of 5 bytes', raw([[...TO_QUESTION, ...fields(1, 5), 1, 2, 3, 4, 5]]), 'malformed'],
  ['an A record that ends too early', raw([[...TO_QUESTION, ...fields(1, 4), 1, 2, 3]]), 'malformed'],
  ['fewer records than told', raw([[...TO_QUESTION, ...fields(1, 4), 1, 2, 3, 4]], 2), 'malformed'],
  [
    'more bytes than records',
    raw(
      [
        [...TO_QUESTION, ...fields(1, 4), 1, 2, 3, 4],
        [9, 9, 9],
      ],
      1,
    ),
    ['1.2.3.4'],
  ],
  ['many pointers', chained(127), ['1.2.3.4']],
  ['too many pointers', chained(128), 'malformed'],
  ['a pointer to itself', raw([[0xc0, 27, ...fields(1, 4), 1, 2, 3, 4]]), 'malformed'],
  ['a pointer forwards', raw([[0xc0, 40, ...fields(1, 4), 1, 2, 3, 4]]), 'malformed'],
  ['a label and a pointer back to it', raw([[1, 97, 0xc0, 27, ...fields(1, 4), 1, 2, 3, 4]]), 'malformed'],
  ['a reserved kind of label', raw([[0x41, 97, 0, ...fields(1, 4), 1, 2, 3, 4]]), 'malformed'],
  ['an alias longer than its record', raw([[...TO_QUESTION, ...fields(5, 1), ...TO_QUESTION]]), 'malformed'],
  ['another class', raw([[...TO_QUESTION, 0, 1, 0, 3, 0, 0, 0, 60, 0, 4, 1, 2, 3, 4]]), []],
] as const) {
  test(title, (t) => {
    const read = readReply(message, QUERY)
    if (expected === 'any') t.true(typeof read === 'object')
    else t.deepEqual(typeof read === 'string' ? read : read.addresses, expected)
  })
}

test('a truncated message is read as far as possible', (t) => {
  const answers = Array.from({ length: 10 }, (_, n) => a(`192.0.2.${n}`))
  const message = reply({ answers, flags: packet.TRUNCATED_RESPONSE }).subarray(0, -3)
  const read = readReply(message, QUERY)
  t.like(read, { truncated: true })
  t.is(typeof read === 'object' ? read.addresses.length : 0, 9)
})

test('the shortest TTL of a chain counts, and a negative TTL is 0', (t) => {
  const chain = [cname('a.example', 'b.test', 5), a('192.0.2.1', 'b.test', 60), a('192.0.2.2', 'b.test', 7)]
  t.like(readReply(reply({ answers: chain }), QUERY), { ttlMs: 5_000 })
  t.like(readReply(reply({ answers: [a('192.0.2.1', 'a.example', 2 ** 31)] }), QUERY), { ttlMs: 0 })
})

test('IPv6 addresses are written as the system writes them', (t) => {
  const data = ['2001:db8:0:0:1:0:0:1', '::ffff:192.0.2.1', 'fe80::1', '::']
  const answers = data.map((each): Answer => ({ type: 'AAAA', name: 'a.example', ttl: 60, data: each }))
  const read = readReply(reply({ type: 'AAAA', answers }), QUERY6)
  t.deepEqual(typeof read === 'object' && read.addresses, [
    '2001:db8::1:0:0:1',
    '::ffff:c000:201',
    'fe80::1',
    '::',
  ])
})

test('the number of addresses is limited', (t) => {
  const record = (n: number) => [...TO_QUESTION, ...fields(1, 4), 127, 0, n >> 8, n & 255]
  const read = readReply(raw(Array.from({ length: 4_000 }, (_, n) => record(n))), QUERY)
  t.is(typeof read === 'object' ? read.addresses.length : 0, MAX_ADDRESSES)
})

test('names that can be looked up', (t) => {
  const labels = (length: number) => Array.from({ length: 4 }, () => 'x'.repeat(length)).join('.')
  t.is(encodeQuery(`${labels(61)}.abcd`, TYPE.A)?.length, 12 + 254 + 4)
  t.is(encodeQuery(`${labels(61)}.abcde`, TYPE.A)?.length, 12 + 255 + 4)
  for (const name of [`${labels(61)}.abcdef`, 'x'.repeat(64), 'a..b', '.a', '', '..'])
    t.is(encodeQuery(name, TYPE.A), null, name)
  t.deepEqual(encodeQuery('a.example.', TYPE.A), QUERY)
  t.deepEqual(packet.decode(QUERY).questions, [{ name: 'a.example', type: 'A', class: 'IN' }])
})

const SEED = 20_261_125
const SAMPLES = [
  reply({ answers: [a('192.0.2.1'), a('192.0.2.2')] }),
  reply({
    answers: [cname('a.example', 'b.c.test'), cname('b.c.test', 'd.c.test'), a('192.0.2.1', 'd.c.test')],
  }),
  reply({ answers: [{ type: 'TXT', name: 'a.example', data: 'x'.repeat(200) }, a('192.0.2.1')] }),
  raw([
    [1, 98, ...TO_QUESTION, ...fields(1, 4), 1, 2, 3, 4],
    [...TO_QUESTION, ...fields(5, 2), 0xc0, 27],
  ]),
]

test('any changed byte and any length: nothing is thrown, and only addresses are read', (t) => {
  let read = 0
  for (const sample of SAMPLES) {
    for (let at = 0; at < sample.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const mutant = Buffer.from(sample)
        mutant[at] = byte
        read += check(mutant)
      }
      check(sample.subarray(0, at))
    }
  }
  t.true(read > 10_000)
})

test(`many bytes changed at random, seed ${SEED}`, (t) => {
  const random = seeded(SEED)
  let read = 0
  for (let run = 0; run < 100_000; run++) {
    const mutant = Buffer.from(SAMPLES[random.below(SAMPLES.length)] as Buffer)
    for (let mistakes = random.below(6); mistakes > 0; mistakes--)
      mutant[random.below(mutant.length)] = random.below(4) === 0 ? 0xc0 : random.below(256)
    read += check(mutant)
  }
  t.true(read > 1_000)
})

/** Throws if the reader throws, or returns something that is not an address in the message. */
function check(message: Buffer): number {
  const read = readReply(message, QUERY)
  if (typeof read === 'string') return 0
  for (const address of read.addresses) {
    const bytes = Buffer.from(address.split('.').map(Number))
    if (bytes.length !== 4 || !message.includes(bytes))
      throw new Error(`${address} of ${message.toString('hex')}`)
  }
  if (!(read.ttlMs >= 0 && read.ttlMs < 2 ** 31 * 1e3))
    throw new Error(`${read.ttlMs} of ${message.toString('hex')}`)
  return 1
}
