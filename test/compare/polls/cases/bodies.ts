import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { always, answer, chunked, head, page } from '../answers.ts'
import type { Ask, Case, Reply } from '../case.ts'

const TEXT = 'All systems are ready. Größe: 5 µm.\nNothing failed.\n'

const one = (
  name: string,
  ask: Partial<Ask>,
  reply: Reply = page(TEXT),
  traits: readonly string[] = [],
): Case => ({
  name: `body: ${name}`,
  ask: { url: 'http://{0}/', ...ask },
  servers: [always(reply)],
  traits,
})

const FOUND = { body: ['are ready'] }
const MISSING = { body: ['on fire'] }

const CODINGS: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
}

/** Asked for the coding, as servers want it. */
const accepting = (coding: string, ask: Partial<Ask>) => ({ ...ask, headers: { 'Accept-Encoding': coding } })

const coded = (
  name: string,
  coding: string,
  ask: Partial<Ask>,
  body: Buffer,
  traits: readonly string[] = [],
) =>
  one(`${coding}, ${name}`, accepting(coding, ask), page(body, `Content-Encoding: ${coding}`), [
    `coding:${coding}`,
    ...traits,
  ])

const latin1 = (text: string) => Buffer.from(text, 'latin1')

const gone = (body: string, length: number): Reply => ({
  head: head(200, [`Content-Length: ${length}`, 'Connection: close']),
  body: latin1(body).toString('latin1'),
})

const inChunks = (body: string): Reply => ({
  head: head(200, ['Transfer-Encoding: chunked', 'Connection: close']),
  body,
})

const BIG = `${'x'.repeat(3 * 2 ** 20)} the end`

/** Bodies: texts in them, how they are compressed, written and framed. */
export const BODIES: readonly Case[] = [
  one('text that is there', FOUND),
  one('text that is not there', MISSING),
  one('text in other case', { body: ['ARE READY'] }),
  one('two texts, both there', { body: ['All systems', 'Nothing'] }),
  one('two texts, one there', { body: ['All systems', 'on fire'] }),
  one('text with signs', { body: ['5 µm.'] }),
  one('expression', { body: ['/systems? (are|is) \\w+/'] }),
  one('expression that does not match', { body: ['/systems? were \\w+/'] }),
  one('expression, any case', { body: ['/ALL SYSTEMS/i'] }),
  one('expression over lines', { body: ['/ready.*failed/s'] }),
  one('expression over lines without the flag', { body: ['/ready.*failed/'] }),
  one('expression at the start of a line', { body: ['/^Nothing/m'] }),
  one('expression at the start of the text', { body: ['/^Nothing/'] }),
  one('expression with a letter of UTF-8', { body: ['/Gr..e/'] }),
  one('unwanted text that is not there', { bodyNot: ['on fire'] }),
  one('unwanted text that is there', { bodyNot: ['failed'] }),
  one('unwanted expression that matches', { bodyNot: ['/fail(ed|ure)/'] }),
  one('wanted and unwanted', { body: ['ready'], bodyNot: ['on fire'] }),
  one('wanted is there, unwanted too', { body: ['ready'], bodyNot: ['failed'] }),
  one('empty', FOUND, page('')),
  one('empty, unwanted text', { bodyNot: ['failed'] }, page('')),
  one('status 500 with the text', FOUND, answer(500, [], latin1(TEXT))),
  one('status 500, accepted, with the text', { ...FOUND, accept: '500' }, answer(500, [], Buffer.from(TEXT))),
  one('204 without a body', FOUND, answer(204)),
  ...Object.entries(CODINGS).flatMap(([coding, encode]) => {
    const body = encode(TEXT)
    return [
      coded('text that is there', coding, FOUND, body),
      coded('text that is not there', coding, MISSING, body),
      coded('cut off', coding, FOUND, body.subarray(0, -6), ['bad coding']),
      coded('not in that coding', coding, FOUND, Buffer.from('are ready, and in plain text'), ['bad coding']),
      coded('of nothing', coding, { bodyNot: ['failed'] }, encode('')),
    ]
  }),
  coded('without the header of zlib', 'deflate', FOUND, deflateRawSync(TEXT), ['raw deflate']),
  coded('with a damaged checksum', 'gzip', FOUND, damaged(gzipSync(TEXT)), ['bad coding']),
  coded(
    'with two members',
    'gzip',
    { body: ['ready', 'the second'] },
    Buffer.concat([gzipSync(TEXT), gzipSync('the second')]),
    ['gzip members'],
  ),
  coded(
    'with trailing garbage',
    'gzip',
    { bodyNot: ['on fire'] },
    Buffer.concat([gzipSync(TEXT), Buffer.from('garbage')]),
    ['trailing garbage'],
  ),
  coded(
    'that unpacks to more than the limit',
    'gzip',
    { body: ['the end'], maxSize: 2 ** 20 },
    gzipSync(BIG),
    ['bomb'],
  ),
  one('gzip asked for, answered plain', accepting('gzip', FOUND), page(TEXT), ['coding:gzip', 'plain']),
  one('gzip, unasked', FOUND, page(gzipSync(TEXT), 'Content-Encoding: gzip'), ['unasked coding']),
  one('a coding that nobody knows', FOUND, page(TEXT, 'Content-Encoding: nonsense'), ['unknown coding']),
  one(
    'gzip twice',
    accepting('gzip', FOUND),
    page(gzipSync(gzipSync(TEXT)), 'Content-Encoding: gzip, gzip'),
    ['coding:gzip', 'two codings'],
  ),
  one('identity', FOUND, page(TEXT, 'Content-Encoding: identity')),
  one('chunked', FOUND, inChunks(chunked(Buffer.from(TEXT)))),
  one('chunked, byte by byte', FOUND, inChunks(chunked(Buffer.from(TEXT), 1))),
  one('chunked, with a trailer', FOUND, inChunks(chunked(TEXT).replace(/\r\n$/, 'X: 1\r\n\r\n'))),
  one('chunked, with extensions', FOUND, inChunks(chunked(TEXT).replaceAll(/^([\da-f]+)\r$/gm, '$1;a=b\r'))),
  one('chunked, without an end', FOUND, inChunks(chunked(TEXT).slice(0, -5)), ['cut']),
  one('chunked, without an end, unwanted text', { bodyNot: ['x'] }, inChunks(chunked(TEXT).slice(0, -5)), [
    'cut',
  ]),
  one('chunked, cut in a chunk', { bodyNot: ['x'] }, inChunks(chunked(TEXT).slice(0, -20)), ['cut']),
  one('chunked, with a size that is none', { bodyNot: ['x'] }, inChunks('zz\r\nabc\r\n0\r\n\r\n'), [
    'bad chunk',
  ]),
  one('chunked, with more behind the end', FOUND, inChunks(`${chunked(TEXT)}garbage`)),
  one('shorter than Content-Length', { bodyNot: ['x'] }, gone(TEXT, 500), ['cut']),
  one('shorter than Content-Length, with the text', FOUND, gone(TEXT, 500), ['cut']),
  one('longer than Content-Length, the text within', FOUND, gone(TEXT, 30)),
  one('longer than Content-Length, the text behind', { body: ['Nothing'] }, gone(TEXT, 30)),
  one('up to the end of the connection', FOUND, { head: head(200, []), body: TEXT }),
  one('reset in the middle', { bodyNot: ['x'] }, { ...gone(TEXT, 500), after: 'reset' }, ['cut']),
  one(
    'that never ends, the text within',
    { ...FOUND, timeoutMs: 1_500 },
    { ...gone(TEXT, 500), after: 'silence' },
    ['cut'],
  ),
  one('that never ends', { bodyNot: ['x'], timeoutMs: 1_500 }, { ...gone(TEXT, 500), after: 'silence' }),
  one('larger than the limit, the text behind', { body: ['the end'], bodyLimit: 65_536 }, page(BIG)),
  one('larger than the limit, the text within', { body: ['xxx'], bodyLimit: 65_536 }, page(BIG)),
  one(
    'larger than the limit, the unwanted text behind',
    { bodyNot: ['the end'], bodyLimit: 65_536 },
    page(BIG),
  ),
  one('3 MiB, the text at the end', { body: ['the end'] }, page(BIG), ['beyond 1 MiB']),
  one('max-size, exactly', { maxSize: Buffer.byteLength(TEXT) }),
  one('max-size, one more', { maxSize: Buffer.byteLength(TEXT) - 1 }, page(TEXT), ['max-size']),
  one('max-size, chunked, one more', { maxSize: 52 }, inChunks(chunked(Buffer.from(TEXT))), ['max-size']),
]

function damaged(body: Buffer): Buffer {
  const copy = Buffer.from(body)
  copy[copy.length - 7] = (copy[copy.length - 7] as number) ^ 0xff
  return copy
}
