import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { seeded } from '../../helpers/random.ts'
import { answer, chunked, head, redirect } from './answers.ts'
import type { Ask, Case, Reply } from './case.ts'

const WORDS = ['ready', 'failed', 'Größe', 'ok', 'error 7', '{"status":"ok"}', 'maintenance']
const ENCODERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }
const STATUSES = [
  200, 200, 200, 200, 201, 204, 206, 301, 302, 303, 307, 308, 400, 401, 403, 404, 429, 500, 502, 503,
]

/** Servers and settings put together at random from what each is common, the same ones for the same seed. */
export function generated(seed: number, count: number): Case[] {
  const { below } = seeded(seed)
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T
  const chance = (percent: number) => below(100) < percent
  return Array.from({ length: count }, (_, at): Case => {
    const traits: string[] = []
    const words = WORDS.filter(() => chance(50))
    const plain = Buffer.from(words.join(' / '))
    const coding = chance(25) ? pick(Object.keys(ENCODERS) as (keyof typeof ENCODERS)[]) : null
    if (coding !== null) traits.push(`coding:${coding}`)
    const body = coding === null ? plain : ENCODERS[coding](plain)
    const status = pick(STATUSES)
    const hops = chance(30) ? 1 + below(4) : 0
    const headers = [
      `X-A: ${pick(WORDS.slice(0, 2))}`,
      ...(chance(50) ? [`X-B: ${at}`] : []),
      ...(coding === null ? [] : [`Content-Encoding: ${coding}`]),
    ]
    const framing = pick(['length', 'chunked', 'end', 'cut'] as const)
    const isCut = framing === 'cut' && status !== 204
    const reply = framed(framing, status, headers, body)
    const method = pick(['HEAD', 'GET', 'GET'])
    const checksBody = method === 'GET' && chance(70)
    const ask: Ask = {
      url: 'http://{0}/0',
      method,
      ...(chance(40) ? { accept: pick(['200', '200..=299,404', '200..=499', '100..=599', '301,302']) } : {}),
      ...(chance(20) ? { redirects: pick([0, 5]) } : {}),
      ...(checksBody && chance(60) ? { body: [pick(WORDS)] } : {}),
      ...(checksBody && chance(60) ? { bodyNot: [pick(WORDS)] } : {}),
      ...(chance(30)
        ? { response: { 'x-a': pick(WORDS.slice(0, 2)), ...(chance(30) ? { 'x-b': '/\\d/' } : {}) } }
        : {}),
      ...(coding === null ? {} : { headers: { 'Accept-Encoding': coding } }),
    }
    if (ask.body === undefined && ask.bodyNot === undefined) traits.push('no body is looked at')
    else if (isCut && ask.bodyNot === undefined) traits.push('cut')
    if (status > 300 && status < 309) traits.push('without a Location')
    return {
      name: `generated: ${at + 1} of seed ${seed}`,
      ask,
      servers: [
        {
          reply: ({ path }) =>
            Number(path.slice(1)) < hops ? redirect(302, `/${Number(path.slice(1)) + 1}`) : reply,
        },
      ],
      traits,
    }
  })
}

function framed(
  framing: 'length' | 'chunked' | 'end' | 'cut',
  status: number,
  headers: readonly string[],
  body: Buffer,
): Reply {
  const text = body.toString('latin1')
  if (status === 204 || framing === 'length') return answer(status, headers, status === 204 ? '' : body)
  const more = {
    chunked: ['Transfer-Encoding: chunked'],
    end: [],
    cut: [`Content-Length: ${body.length + 10}`],
  }[framing]
  return {
    head: head(status, [...headers, ...more, 'Connection: close']),
    body: framing === 'chunked' ? chunked(body) : text,
  }
}
