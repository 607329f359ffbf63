import { isDeepStrictEqual } from 'node:util'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { bodyChecks, failedBody } from '../../src/poll/checks/body-check.ts'
import { BodyReader } from '../../src/poll/http/body-reader.ts'
import type { BodyPlan } from '../../src/poll/http/body-reader.ts'
import { Http1Body } from '../../src/poll/http/http1-body.ts'
import type { Head } from '../../src/poll/http/parse-head.ts'
import { isFailure } from '../../src/poll/attempt/failure.ts'
import type { UrlOptions } from '../../src/settings/url-options.ts'
import { property } from '../helpers/property.ts'
import { pollOptions } from '../helpers/test-poller.ts'

const ALL: BodyPlan = { limit: 1 << 20, maxBytes: 1 << 20, search: null }

/** How a body arrives. */
interface Arrival {
  readonly plan?: BodyPlan
  readonly contentType?: string
  readonly coding?: string
  readonly framing?: Head['body']
  /** Where it is cut into pieces, in bytes modulo its length. */
  readonly cuts?: readonly number[]
}

/** Reads a body in pieces, as it arrives with an answer. */
export function readBody(
  body: Buffer,
  { plan = ALL, contentType = 'text/plain', coding = '', framing = 'until-close', cuts = [] }: Arrival = {},
): Promise<BodyReader> {
  const reader = new BodyReader(plan, contentType, coding)
  const { promise, resolve } = Promise.withResolvers<BodyReader>()
  reader.onDone = () => resolve(reader)
  const framed = new Http1Body(framing, (bytes) => reader.push(bytes))
  const places = cuts.map((cut) => cut % (body.length + 1)).toSorted((a, b) => a - b)
  let at = 0
  let isOver = false
  for (const end of [...places, body.length]) {
    // The poller reads into one buffer: what is kept of a piece must have been copied.
    const piece = Buffer.from(body.subarray(at, end))
    const pushed = framed.push(piece)
    piece.fill(0x2a)
    at = end
    if (isFailure(pushed)) throw new Error(pushed.detail)
    isOver ||= pushed !== null
  }
  if (isOver !== (framing !== 'until-close')) throw new Error('the end of the body was not seen')
  reader.end()
  return promise
}

const CODINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  '': (bytes) => bytes,
  gzip: gzipSync,
  deflate: deflateSync,
  Deflate: deflateRawSync,
  br: (bytes) => brotliCompressSync(bytes),
  zstd: (bytes) => zstdCompressSync(bytes),
}

/** Texts in charsets that have characters of several bytes, cut anywhere. */
const CHARSETS: Readonly<Record<string, (text: string) => Buffer>> = {
  'text/plain; charset=utf-8': (text) => Buffer.from(text),
  'application/json': (text) => Buffer.from(text),
  'text/html': (text) => Buffer.from(`\xef\xbb\xbf${text}`.replace(/^\xef\xbb\xbf/, '\ufeff')),
  'text/html; charset=utf-16le': (text) => Buffer.from(text, 'utf16le'),
  'text/html; charset=latin1': (text) => Buffer.from(text, 'latin1'),
  'text/plain; charset=shift_jis': (text) => Buffer.from(text.replaceAll('é', '\x93\xfa\x96\x7b'), 'latin1'),
  'text/plain; charset=iso-2022-jp': (text) =>
    Buffer.from(text.replaceAll('é', '\u001b$BF|\u001b(B').replaceAll(/[^\0-\x7f]/g, '?'), 'latin1'),
}

/** Documents, some of them JSON and some of them pages. */
const document = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc
    .record({ status: fc.constantFrom('ok', 'down', 'é'), count: fc.integer(), items: fc.array(fc.nat(9)) })
    .map((one) => JSON.stringify(one)),
  fc
    .array(
      fc.constantFrom('<b>', 'ready', 'é', '😀', ' ', '\r\n', '0\r\n\r\n', 'rea', 'dy', '{"status":"ok"}'),
      { maxLength: 40 },
    )
    .map((all) => all.join('')),
)

const CHECKS: readonly Partial<UrlOptions>[] = [
  { body: ['ready'] },
  { body: ['ready', 'é'] },
  { body: ['/^.*ready.*é$/s'] },
  { bodyNot: ['ready'] },
  { bodyNot: ['/[é日]/'] },
  { json: [['status', '=', 'ok']] },
  { json: [['$..status', '', '']] },
  { json: [['items[*]', '<', '5']], body: ['count'] },
  { maxSize: 30 },
  { maxSize: 200, body: ['ready'] },
]

function chunked(body: Buffer, sizes: readonly number[]): Buffer {
  const parts: (Buffer | string)[] = []
  for (let at = 0, n = 0; at < body.length; n++) {
    const size = sizes[n % sizes.length] as number
    const part = body.subarray(at, at + size)
    parts.push(`${part.length.toString(16)}${n % 3 === 0 ? '; a="b\\"c"' : ''}\r\n`, part, '\r\n')
    at += size
  }
  return Buffer.concat([...parts, '0\r\nX-Trailer: y\r\n\r\n'].map((part) => Buffer.from(part as string)))
}

/** The properties of bodies. */
export const BODY_PROPERTIES = [
  property('a body that arrives in pieces, cut at any bytes, is judged as when it arrives whole', 200, () => {
    const coded = fc.constantFrom(...Object.keys(CODINGS))
    const typed = fc.constantFrom(...Object.keys(CHARSETS))
    const sizes = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 4 })
    const cuts = fc.oneof(
      fc.array(fc.nat(), { maxLength: 5 }),
      fc.constant(Array.from({ length: 2_000 }, (_, n) => n)),
    )
    const limits = fc.constantFrom(7, 64, 1 << 20)
    const framings = fc.constantFrom('until-close', 'chunked', 'length')
    const how = fc.tuple(coded, typed, fc.constantFrom(...CHECKS), limits, framings)
    return fc.asyncProperty(
      document,
      how,
      sizes,
      cuts,
      async (text, [coding, contentType, checked, bodyLimit, frame], chunks, places) => {
        const decoded = (CHARSETS[contentType] as (text: string) => Buffer)(text)
        const body = (CODINGS[coding] as (bytes: Buffer) => Buffer)(decoded)
        const sent = frame === 'chunked' ? chunked(body, chunks) : body
        const framing = frame === 'length' ? body.length : (frame as Head['body'])
        const checks = bodyChecks({ ...pollOptions(), ...checked, bodyLimit })
        if (checks === null) throw new Error('there is nothing to check')
        const judge = async (from: Buffer, arrival: Arrival) =>
          failedBody(checks, await readBody(from, { plan: checks.plan, contentType, ...arrival }))?.detail ??
          ''
        const whole = await judge(decoded, {})
        const inPieces = await judge(sent, { coding, framing, cuts: places })
        if (!isDeepStrictEqual(inPieces, whole)) throw new Error(`${inPieces}\n${whole}`)
      },
    )
  }),
]
