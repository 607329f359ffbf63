import { createHash } from 'node:crypto'
import type { ExecutionContext } from 'ava'
import { startEcho } from './echo-origin.ts'
import type { EchoOrigin, Received, Reply } from './echo-origin.ts'

/** What a DigestServer asks for. */
export interface DigestTerms {
  readonly algorithm?: 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess' | null
  /** Null: as in RFC 2069. */
  readonly qop?: string | null
  /** A nonce is good for so many requests. Default: without end. */
  readonly uses?: number
  /** Says so when a nonce was used too often. Default: true. */
  readonly saysStale?: boolean
  /** Another challenge that stands before. */
  readonly before?: string
  readonly userhash?: boolean
  /** One character a byte, without quotes within. */
  readonly realm?: string
}

export const DIGEST_LOGIN = 'me"\\é:se:cret'
/** One character a byte. */
const [USER, PASSWORD] = [Buffer.from('me"\\é').toString('latin1'), 'se:cret']
const REALM = 'a "realm", so to say'

/** A server that demands Digest authentication, and checks it by RFC 7616. Its nonces count up: 1, 2 and so on. */
export interface DigestServer extends EchoOrigin {
  /** Of each request: why it was refused, or `ok NONCE NC`. */
  readonly log: string[]
}

/** Starts it on loopback; it ends with the test. `answer`: what follows when a request is let in. */
export async function startDigest(
  t: ExecutionContext,
  terms: DigestTerms = {},
  answer: (request: Received) => Reply = () => ({ status: 200 }),
): Promise<DigestServer> {
  const log: string[] = []
  let nonce = 1
  let counts = new Map<string, number>()
  const { algorithm = 'SHA-256', qop = 'auth', uses = Number.MAX_SAFE_INTEGER, before = '' } = terms
  const { realm = REALM, userhash = false } = terms
  const refuse = (why: string, isStale = false): Reply => {
    log.push(why)
    const parts = [
      `realm="${realm.replaceAll('"', '\\"')}"`,
      ...(qop === null ? [] : [`qop="${qop}"`]),
      ...(algorithm === null ? [] : [`algorithm=${algorithm}`]),
      `nonce="${nonce}"`,
      'opaque="a,b"',
      ...(isStale ? ['stale=TRUE'] : []),
      ...(userhash ? ['userhash=true'] : []),
    ]
    return { status: 401, headers: { 'www-authenticate': `${before}Digest ${parts.join(', ')}` } }
  }
  const origin = await startEcho(t, (request) => {
    const header = request.headers.authorization ?? ''
    if (header === '') return refuse('no credentials')
    const given = parse(header)
    if (given.get('nonce') !== `${nonce}`) return refuse('another nonce', terms.saysStale !== false)
    const why = fault(given, request, { algorithm, qop, userhash, realm })
    if (why !== null) return refuse(why)
    const count = Number.parseInt(given.get('nc') ?? '0', 16)
    const last = counts.get(`${nonce}`) ?? 0
    if (qop !== null && count <= last) return refuse(`nc ${count} after ${last}`)
    counts.set(`${nonce}`, count)
    log.push(`ok ${nonce} ${count}`)
    if (count >= uses) {
      nonce++
      counts = new Map()
    }
    return answer(request)
  })
  return { ...origin, log }
}

function parse(header: string): ReadonlyMap<string, string> {
  const pairs = header.matchAll(/(\w+)=(?:"((?:\\.|[^"\\])*)"|([^",\s]+))/g)
  return new Map(
    [...pairs].map(([, name = '', quoted, bare]) => [name, quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '']),
  )
}

/** Why credentials are wrong; null: they are right. */
function fault(
  given: ReadonlyMap<string, string>,
  { method, path }: Received,
  {
    algorithm,
    qop,
    userhash,
    realm,
  }: Pick<Required<DigestTerms>, 'algorithm' | 'qop' | 'userhash' | 'realm'>,
): string | null {
  const h = (text: string) =>
    createHash(algorithm?.startsWith('SHA-256') === true ? 'sha256' : 'md5')
      .update(text, 'latin1')
      .digest('hex')
  const user = userhash ? h(`${USER}:${realm}`) : USER
  const get = (name: string) => given.get(name) ?? ''
  if (get('username') !== user) return `username ${get('username')}`
  if (get('realm') !== realm) return `realm ${get('realm')}`
  if (get('uri') !== path) return `uri ${get('uri')}`
  if (get('opaque') !== 'a,b') return `opaque ${get('opaque')}`
  let a1 = h(`${USER}:${realm}:${PASSWORD}`)
  if (algorithm?.endsWith('-sess') === true) a1 = h(`${a1}:${get('nonce')}:${get('cnonce')}`)
  const a2 = h(`${method}:${path}`)
  const middle = qop === null ? get('nonce') : [get('nonce'), get('nc'), get('cnonce'), get('qop')].join(':')
  return get('response') === h(`${a1}:${middle}:${a2}`) ? null : 'a wrong response'
}
