import { isIPv4, isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { ipv6Groups } from './ipv6-groups.ts'
import { checkPattern } from './pattern.ts'

/** Types of records that can be asked for, and their numbers. */
export const RECORD_TYPES = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  CAA: 257,
} as const

export type RecordType = keyof typeof RECORD_TYPES

/** The names of rcodes (RFC 1035, 4.1.1), by their numbers. */
export const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const

export type Rcode = (typeof RCODES)[number]

/** What a URL such as `dns://192.0.2.1/a.example?type=MX` asks for and expects. */
export interface DnsQuestion {
  /** To be looked up, in ASCII, without the dot at the end; '' is the root. */
  readonly name: string
  readonly type: RecordType
  readonly rcode: Rcode
  /** Patterns, each of which a record of the answer, or of the authority section, must match. */
  readonly expect: readonly string[]
  readonly authority: readonly string[]
}

const MAX_NAME = 253
const MAX_LABEL = 63

/** Parses the path and the query of a URL. Throws a RangeError. */
export function parseDnsQuestion(path: string, query: string): DnsQuestion {
  const asked = {
    type: 'A' as RecordType,
    rcode: 'NOERROR' as Rcode,
    expect: [] as string[],
    authority: [] as string[],
  }
  for (const part of query === '' ? [] : query.slice(1).split('&')) {
    const [, key = part, value = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    const text = decode(value)
    if (key === 'type') asked.type = choose(key, text, Object.keys(RECORD_TYPES) as RecordType[])
    else if (key === 'rcode') asked.rcode = choose(key, text, RCODES)
    else if (key === 'expect' || key === 'authority') asked[key].push(parsePattern(key, text))
    else throw new RangeError('after the ? only type, expect, rcode and authority can stand, as in ?type=MX')
  }
  return { ...asked, name: parseName(decode(path.slice(1)), asked.type) }
}

function choose<Choice extends string>(key: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === text.toUpperCase())
  if (choice !== undefined) return choice
  throw new RangeError(`its ${key} must be one of ${choices.join(', ')}`)
}

function parsePattern(key: string, text: string): string {
  if (text === '') throw new RangeError(`its ${key} is empty`)
  try {
    return checkPattern(text)
  } catch (error) {
    throw new RangeError(`its ${key}: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
}

function parseName(text: string, type: RecordType): string {
  const written = text.endsWith('.') ? text.slice(0, -1) : text
  if (type === 'PTR' && isIPv4(written)) return `${written.split('.').toReversed().join('.')}.in-addr.arpa`
  if (type === 'PTR' && isIPv6(written))
    return `${hexDigits(written).split('').toReversed().join('.')}.ip6.arpa`
  const name = /^[!-~]*$/.test(written) ? written.toLowerCase() : domainToASCII(written)
  if (written !== '' && name === '') throw new RangeError('its name is not a valid name')
  const labels = name === '' ? [] : name.split('.')
  if (name.length > MAX_NAME || labels.some((label) => label === '' || label.length > MAX_LABEL))
    throw new RangeError('its name has an empty part, or is too long for the DNS')
  return name
}

/** The 32 hexadecimal digits of an IPv6 address. */
function hexDigits(address: string): string {
  return ipv6Groups(address)
    .map((group) => group.toString(16).padStart(4, '0'))
    .join('')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw new RangeError('it contains a % that does not encode a character', { cause: error })
  }
}
