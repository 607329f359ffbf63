import { createHash, randomBytes } from 'node:crypto'
import { VALID_HEADER_VALUE } from './request-headers.ts'

/** What a server asks for (RFC 7616, section 3.3), as far as it is supported. */
export interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | null
  /** The algorithm as the server writes it; null: it names none, which means MD5. */
  readonly algorithm: string | null
  readonly hasQop: boolean
  readonly hashesUser: boolean
  /** Only the nonce was too old. */
  readonly isStale: boolean
}

/** The hashes of algorithms, in lower case and without `-sess`. */
const HASHES: ReadonlyMap<string, string> = new Map([
  ['md5', 'md5'],
  ['sha-256', 'sha256'],
  ['sha-512-256', 'sha512-256'],
])

/** The longest header field and value that is looked at, in UTF-16 units. */
const MAX_FIELD = 8_192

/** `name=value` with or without quotes, or the name of a scheme with the space after it. */
const PART = /\s*(?:([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))|([\w-]+)(?:\s+|$|(?=,)))\s*,?/y

/** The first challenge in these header fields that can be met; null: none. */
export function findChallenge(fields: readonly (readonly [name: string, value: string])[]): Challenge | null {
  for (const [name, value] of fields) {
    if (name !== 'www-authenticate' || value.length > MAX_FIELD) continue
    // Parts of it go back to the server.
    if (!VALID_HEADER_VALUE.test(value)) continue
    for (const parameters of digestChallenges(value)) {
      const challenge = toChallenge(parameters)
      if (challenge !== null) return challenge
    }
  }
  return null
}

/** The parameters of each challenge of the scheme Digest, in one field that may hold others too. */
function digestChallenges(value: string): ReadonlyMap<string, string>[] {
  const found: Map<string, string>[] = []
  let current: Map<string, string> | null = null
  PART.lastIndex = 0
  for (let part = PART.exec(value); part !== null && part[0] !== ''; part = PART.exec(value)) {
    const [, name, quoted, bare, scheme] = part
    if (scheme !== undefined) {
      current = scheme.toLowerCase() === 'digest' ? new Map() : null
      if (current !== null) found.push(current)
    } else current?.set((name as string).toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? bare ?? '')
  }
  return found
}

function toChallenge(parameters: ReadonlyMap<string, string>): Challenge | null {
  const [realm, nonce] = [parameters.get('realm'), parameters.get('nonce')]
  const algorithm = parameters.get('algorithm') ?? null
  const qop = parameters.get('qop')
  if (realm === undefined || nonce === undefined || hashOf(algorithm) === null) return null
  if (
    qop !== undefined &&
    !qop
      .toLowerCase()
      .split(/[\s,]+/)
      .includes('auth')
  )
    return null
  return {
    realm,
    nonce,
    opaque: parameters.get('opaque') ?? null,
    algorithm,
    hasQop: qop !== undefined,
    hashesUser: parameters.get('userhash')?.toLowerCase() === 'true',
    isStale: parameters.get('stale')?.toLowerCase() === 'true',
  }
}

function hashOf(algorithm: string | null): string | null {
  return HASHES.get((algorithm ?? 'MD5').toLowerCase().replace(/-sess$/, '')) ?? null
}

/** What is asked for with a request. `login`: name and password, with a colon between them. `count`: requests with this nonce. */
interface Asked {
  readonly login: string
  readonly method: string
  readonly path: string
  readonly cnonce: string
  readonly count: number
}

/** The value of Authorization that meets a challenge (RFC 7616, section 3.4), one character a byte: the name in UTF-8, the rest as it came. */
export function digestAuthorization(challenge: Challenge, asked: Asked): string {
  const { realm, nonce, opaque, algorithm, hasQop, hashesUser } = challenge
  const { login, method, path, cnonce, count } = asked
  const hash = (...parts: readonly string[]) =>
    createHash(hashOf(algorithm) ?? 'md5')
      .update(parts.join(':'), 'latin1')
      .digest('hex')
  const text = Buffer.from(login).toString('latin1')
  const [user, password] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)]
  const isSession = algorithm?.toLowerCase().endsWith('-sess') === true
  const plainKey = hash(user, realm, password)
  const key = isSession ? hash(plainKey, nonce, cnonce) : plainKey
  const nc = count.toString(16).padStart(8, '0')
  const request = hash(method, path)
  const response = hasQop ? hash(key, nonce, nc, cnonce, 'auth', request) : hash(key, nonce, request)
  const parts = [
    `username=${quote(hashesUser ? hash(user, realm) : user)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(path)}`,
    `response="${response}"`,
    ...(algorithm === null ? [] : [`algorithm=${algorithm}`]),
    ...(hasQop || isSession ? [`cnonce="${cnonce}"`] : []),
    ...(hasQop ? ['qop=auth', `nc=${nc}`] : []),
    ...(opaque === null ? [] : [`opaque=${quote(opaque)}`]),
    ...(hashesUser ? ['userhash=true'] : []),
  ]
  return `Digest ${parts.join(', ')}`
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

/** A random client nonce. */
export function clientNonce(): string {
  return randomBytes(16).toString('hex')
}
