import { gzipSync, brotliCompressSync, deflateSync, zstdCompressSync } from 'node:zlib'
import packet from 'dns-packet'
import { serverFrame } from '../helpers/websocket-server.ts'

/** A seeded generator of numbers, as `seeded` makes it. */
export interface Random {
  next(): number
  below(n: number): number
}

/** One of several. */
export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)] as T
}

/** Bytes and pieces that a parser has to tell apart. */
const PIECES: readonly Buffer[] = [
  ...[
    '\0',
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    ' ',
    ':',
    '0',
    'f',
    '-',
    '0\r\n\r\n',
    'ffffffff\r\n',
    'HTTP/1.1 200 OK\r\n',
  ],
  ...[
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Content-Encoding: gzip\r\n',
    '220 ',
    '+OK\r\n',
    'S',
    'N',
    '<',
    '>',
  ],
  ...[
    '\xff',
    '\xff\xff\xff\xff',
    '\xc0\x0c',
    '\xc0\xff',
    '\x16\x03\x03',
    '\x81\x7f',
    '\x88\0',
    '\x80',
    '\x1f\x8b\x08',
    '\x81\x30\x81',
  ],
].map((text) => Buffer.from(text, 'latin1'))

/** Changes bytes in up to four places: other bits, bytes put in, taken out, repeated or cut off. */
export function mutate(random: Random, whole: Buffer): Buffer {
  let bytes = whole
  for (let times = random.below(5); times > 0; times--) {
    const at = random.below(bytes.length + 1)
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
    const change: (() => Buffer[])[] = [
      () => [before, after.map((byte, n) => (n === 0 ? byte ^ (1 << random.below(8)) : byte)) as Buffer],
      () => [before, pick(random, PIECES), after],
      () => [before, after.subarray(random.below(10))],
      () => [before, after.subarray(0, random.below(200)), after],
      () => [before],
      () => [before, Buffer.from(Array.from({ length: random.below(40) }, () => random.below(256))), after],
    ]
    bytes = Buffer.concat(pick(random, change)())
  }
  return bytes
}

const TEXTS = [
  '',
  'ready',
  '{"status":"ok","items":[1,2,{"a":null}]}',
  `<meta charset=gbk>${'é日本'.repeat(300)}`,
  'x'.repeat(30_000),
]
const CODINGS: readonly (readonly [name: string, encode: (text: string) => Buffer])[] = [
  ['identity', Buffer.from],
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
]
const TYPES = [
  'text/html',
  'application/json',
  'text/plain; charset=gb18030',
  'text/plain; charset=utf-16',
  'x; charset=iso-2022-jp',
  '',
]

/** Bytes that begin characters, escapes or nothing at all in charsets of several bytes. */
function noise(random: Random): Buffer {
  const some = [0x81, 0x30, 0x8f, 0xf4, 0x1b, 0x28, 0x00, 0x41, 0xff]
  return Buffer.from(Array.from({ length: random.below(60) }, () => pick(random, some)))
}

/** An answer over HTTP/1, with a body in one of all forms. */
export function http1(random: Random): Buffer {
  const [coding, encode] = pick(random, CODINGS)
  const body = random.below(4) === 0 ? noise(random) : encode(pick(random, TEXTS))
  const head = [
    `HTTP/1.${random.below(2)} ${pick(random, ['200 OK', '200', '301 Moved', '401 No', '204 None', '503 Busy'])}`,
    `Content-Type: ${pick(random, TYPES)}`,
    `Content-Encoding: ${coding}`,
    `Location: ${pick(random, ['/', 'http://127.0.0.1:1/', '//x', 'http://['])}`,
    'Set-Cookie: a=b; Path=/',
  ]
  const hints = random.below(5) === 0 ? ['HTTP/1.1 103 Early Hints', 'Link: </a>', '', ''].join('\r\n') : ''
  if (random.below(3) > 0) {
    const size = 1 + random.below(5_000)
    const chunks: Buffer[] = []
    for (let at = 0; at < body.length; at += size) {
      const part = body.subarray(at, at + size)
      chunks.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
    }
    const start = Buffer.from(`${hints}${[...head, 'Transfer-Encoding: chunked', '', ''].join('\r\n')}`)
    return mutate(random, Buffer.concat([start, ...chunks, Buffer.from('0\r\nX: y\r\n\r\n')]))
  }
  const length = random.below(3) === 0 ? [] : [`Content-Length: ${body.length}`]
  return mutate(
    random,
    Buffer.concat([Buffer.from(`${hints}${[...head, ...length, '', ''].join('\r\n')}`), body]),
  )
}

/** Frames of WebSocket. */
export function frames(random: Random): Buffer {
  const texts = ['', 'hello', 'x'.repeat(200), 'y'.repeat(70_000)]
  const one = () =>
    serverFrame(pick(random, texts.slice(0, 3)), pick(random, [0x81, 0x01, 0x80, 0x89, 0x8a, 0x82, 0x88]))
  return mutate(random, Buffer.concat(Array.from({ length: 1 + random.below(4) }, one)))
}

/** The reply to a DNS query. */
export function dnsReply(random: Random, query: Buffer, address: string): Buffer {
  const asked = packet.decode(query)
  const name = asked.questions?.[0]?.name ?? '.'
  const ttl = 1
  const records: readonly packet.Answer[] = [
    { type: 'A', name, ttl, data: address },
    { type: 'AAAA', name, ttl, data: '::1' },
    { type: 'CNAME', name, ttl, data: `x.${name}` },
    { type: 'MX', name, ttl, data: { preference: 1, exchange: 'mx.test' } },
    { type: 'TXT', name, ttl, data: ['a', 'b'.repeat(200)] },
    { type: 'SRV', name, ttl, data: { port: 1, target: name, priority: 1, weight: 1 } },
    { type: 'CAA', name, ttl, data: { flags: 0, tag: 'issue', value: 'x' } },
  ]
  const reply = packet.encode({
    type: 'response',
    id: asked.id ?? 0,
    flags:
      packet.RECURSION_DESIRED |
      (random.below(6) === 0 ? packet.TRUNCATED_RESPONSE : 0) |
      pick(random, [0, 0, 0, 2, 3, 5]),
    questions: asked.questions ?? [],
    answers: [
      ...(random.below(3) === 0 ? [] : records.slice(0, 1)),
      ...Array.from({ length: random.below(4) }, () => pick(random, records)),
    ],
    authorities: random.below(3) === 0 ? [pick(random, records)] : [],
  })
  return mutate(random, reply)
}
