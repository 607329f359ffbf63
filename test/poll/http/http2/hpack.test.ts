import { once } from 'node:events'
import { createServer } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { FLAG, frame, FrameReader, PREFACE, TYPE } from '../../../../src/poll/http/http2/frames.ts'
import { HeaderBlockReader } from '../../../../src/poll/http/http2/header-block-reader.ts'
import { encodeFields, HpackDecoder } from '../../../../src/poll/http/http2/hpack.ts'
import type { Field } from '../../../../src/poll/http/http2/hpack.ts'
import { seeded } from '../../../helpers/random.ts'

const MAX_BYTES = 65_536

function decode(hex: string, decoder = new HpackDecoder(), maxBytes = MAX_BYTES) {
  return decoder.decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'), maxBytes)
}

test('the examples of RFC 7541, C.4 and C.6: Huffman codes and a table that grows', (t) => {
  const requests = new HpackDecoder()
  t.deepEqual(decode('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', requests), [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
  ])
  t.deepEqual(decode('8286 84be 5886 a8eb 1064 9cbf', requests), [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
    ['cache-control', 'no-cache'],
  ])
  t.deepEqual(decode('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf', requests), [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/index.html'],
    [':authority', 'www.example.com'],
    ['custom-key', 'custom-value'],
  ])
})

/** Compares the output of this decoder with what Node's encoder was given. */
test('output of the nghttp2 encoder is decoded: random fields in several blocks of a connection', async (t) => {
  const random = seeded(7541)
  const text = (maxBytes: number) =>
    String.fromCharCode(
      ...Array.from({ length: 1 + random.below(maxBytes) }, () => 0x21 + random.below(0xde)),
    ).replaceAll(/[\x7f-\x9f]/g, 'é')
  const sent: Field[][] = Array.from({ length: 60 }, () => [
    ...Array.from({ length: random.below(30) }, (_, n): Field => [
      `x-${n % 7}-${random.below(50)}`,
      text(300),
    ]),
    ...Array.from({ length: random.below(5) }, (): Field => ['server', `server ${random.below(3)}`]),
  ])
  // One value for each name, because Node joins several.
  const unique = sent.map((fields) => [...new Map(fields)])
  const server = createServer()
  server.on('stream', (stream: ServerHttp2Stream, { ':path': path }) => {
    stream.respond(
      { ':status': 200, ...Object.fromEntries(unique[Number(path?.slice(1))] ?? []) },
      { endStream: true },
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  t.teardown(() => {
    socket.destroy()
    server.close()
  })
  socket.write(Buffer.concat([PREFACE, frame(TYPE.settings, 0, 0)]))
  const reader = new FrameReader()
  const blocks = new HeaderBlockReader()
  const got: Field[][] = []
  const ask = () =>
    socket.write(
      frame(
        TYPE.headers,
        FLAG.endHeaders | FLAG.endStream,
        2 * got.length + 1,
        encodeFields([
          [':method', 'GET'],
          [':scheme', 'http'],
          [':authority', 'a'],
          [':path', `/${got.length}`],
        ]),
      ),
    )
  ask()
  for await (const chunk of socket) {
    // In pieces of all sizes.
    for (let from = 0; from < (chunk as Buffer).length; from += 11)
      reader.push((chunk as Buffer).subarray(from, from + 11))
    for (let next = reader.next(); next !== null && next !== 'too-large'; next = reader.next()) {
      if (next.type !== TYPE.headers && next.type !== TYPE.continuation) continue
      const block = blocks.add(next)
      if (block === null) continue
      if (typeof block === 'string') return t.fail(block)
      got.push(block.fields.filter(([name]) => name !== ':status' && name !== 'date'))
      if (got.length < sent.length) ask()
    }
    if (got.length === sent.length) break
  }
  t.deepEqual(got, unique)
})

for (const [why, hex] of [
  ['an entry that is not there', 'be'],
  ['entry 0', '80'],
  ['an integer without an end', 'ff80808080808080808080'],
  ['an integer that is too large', 'ffffffffff0f'],
  ['an integer that is cut off', 'ff'],
  ['a name without a value', '4001 61'],
  ['a value that is cut off', '4001 6105 61'],
  ['a string without an end', '4001 617f ffffff7f'],
  ['a table that is larger than allowed', '3fe2 1f'],
  ['a new size for the table in the middle', '8820'],
  ['padding of Huffman that is not of ones', '4001 6181 00'],
  ['padding of Huffman of a byte', '4001 6182 1fff'],
  ['the end of a string in Huffman', '4001 6184 ffff fffc'],
  ['a name that would be too long', '0085 ffff ffff ff'],
] as const) {
  test(`a malformed block: ${why}`, (t) => {
    t.is(decode(hex), 'malformed')
  })
}

test('a table that is emptied, and an entry that is too large for it', (t) => {
  const decoder = new HpackDecoder()
  t.deepEqual(decode('4001 6101 62', decoder), [['a', 'b']])
  t.deepEqual(decode('be', decoder), [['a', 'b']])
  t.deepEqual(decode('20 88', decoder), [[':status', '200']])
  t.is(decode('be', decoder), 'malformed')
  const large = new HpackDecoder()
  decode('4001 6101 62', large)
  const value = '61'.repeat(4_096)
  t.is(decode(`4001 637f 811f ${value}`, large).length, 1)
  t.is(decode('be', large), 'malformed')
})

test('fields over the maximum size', (t) => {
  t.is(decode('4001 6103 626262'.concat('be'.repeat(20)), new HpackDecoder(), 100), 'overflow')
  t.is(decode('4001 6103 626262'.concat('be'.repeat(11)), new HpackDecoder(), 100).length, 12)
})

test('decoding random bytes ends, with fields or an error', (t) => {
  const random = seeded(26)
  for (let more = 0; more < 20_000; more++) {
    const bytes = Buffer.from(Array.from({ length: random.below(40) }, () => random.below(256)))
    const decoder = new HpackDecoder()
    for (const [name, value] of [decoder.decode(bytes, 1_000), decoder.decode(bytes, 1_000)]
      .filter((fields) => typeof fields !== 'string')
      .flat()) {
      if (name.length + value.length > 1_000) t.fail(bytes.toString('hex'))
    }
  }
  t.pass()
})

for (const length of [0, 1, 126, 127, 128, 254, 255, 256, 16_510, 16_511]) {
  test(`a name and a value of ${length} bytes are encoded`, (t) => {
    const fields: Field[] = [
      ['n'.repeat(length), 'é'.repeat(length)],
      ['last', 'one'],
    ]
    t.deepEqual(new HpackDecoder().decode(encodeFields(fields), MAX_BYTES), fields)
  })
}

test('entries that are no longer in the table are let go', (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const decoders = Array.from({ length: 20 }, () => new HpackDecoder())
  // A literal with indexing, whose name and value are new: `x`, and 3,900 bytes of 0x61.
  const block = Buffer.concat([Buffer.from('4001787fbd1d', 'hex'), Buffer.alloc(3_900, 'a')])
  const fill = () => {
    for (const decoder of decoders)
      for (let n = 0; n < 200; n++) t.is((decoder.decode(block, MAX_BYTES) as Field[])[0]?.[1].length, 3_900)
  }
  collect()
  const before = process.memoryUsage().heapUsed
  fill()
  collect()
  const each = (process.memoryUsage().heapUsed - before) / decoders.length
  t.true(each < 100_000, `${each} bytes a connection; 500,000 if all entries were kept`)
  t.is(decoders.length, 20)
})
