import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import type { LocalCause } from '../../state/local-causes.ts'
import type { Reply } from './reply.ts'

/** Why there are no addresses; '' if there are some. LOCAL: this machine or its name servers are at fault, not the name. */
export type DnsCode =
  | ''
  | 'NXDOMAIN'
  | 'NODATA'
  | 'SERVFAIL'
  | 'REFUSED'
  | 'FORMERR'
  | 'NOTIMP'
  | `RCODE ${number}`
  | 'BADRESP'
  | 'BADNAME'
  | 'TIMEOUT'
  | 'LOCAL'

/** The answer of the name servers for one name. */
export interface DnsAnswer {
  /** In the order to try them: IPv6 and IPv4 alternately, each in the order of the answer. */
  readonly addresses: readonly string[]
  /** Time to live of the addresses, in ms. */
  readonly ttlMs: number
  readonly code: DnsCode
  /** The cause, if the code is LOCAL. */
  readonly cause?: LocalCause
  /** A text for people, if the code is LOCAL. */
  readonly detail?: string
}

const NONE: readonly string[] = []

/** An answer without addresses. */
export function noAnswer(code: Exclude<DnsCode, '' | 'LOCAL'>): DnsAnswer {
  return { addresses: NONE, ttlMs: 0, code }
}

/** An answer that does not blame the name. Without a `detail` it has the text of its cause. */
export function localAnswer(cause: LocalCause, detail: string = LOCAL_CAUSES[cause].text): DnsAnswer {
  return { addresses: NONE, ttlMs: 0, code: 'LOCAL', cause, detail }
}

/** Whether the server says that there is no address. All other codes say nothing about the name. */
export function isDenial(code: DnsCode): boolean {
  return code === 'NXDOMAIN' || code === 'NODATA'
}

const RCODES: readonly (DnsCode | undefined)[] = ['', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

/** Turns a reply into an answer. A success without addresses is NODATA: an alias may lead nowhere. */
export function toAnswer({ rcode, addresses, ttlMs }: Reply): DnsAnswer {
  const code = (RCODES[rcode] ?? `RCODE ${rcode}`) as Exclude<DnsCode, 'LOCAL'>
  if (code !== '') return noAnswer(code)
  return addresses.length === 0 ? noAnswer('NODATA') : { addresses, ttlMs, code }
}

const TEXTS: Readonly<Partial<Record<DnsCode, string>>> = {
  NXDOMAIN: 'no such name (NXDOMAIN)',
  NODATA: 'the name has no address (NODATA)',
  SERVFAIL: 'the name server failed (SERVFAIL)',
  REFUSED: 'the name server refused the query (REFUSED)',
  FORMERR: 'the name server did not understand the query (FORMERR)',
  NOTIMP: 'the name server does not support the query (NOTIMP)',
  TIMEOUT: 'no answer from the name servers (timeout)',
  BADNAME: 'the name is not a valid DNS name',
  BADRESP: 'the answer is malformed',
}

/** The text of a code. */
export function answerText(code: DnsCode): string {
  return TEXTS[code] ?? `lookup failed (${code})`
}

/** Merges the answers of both families; `undefined` for a family that was not asked or has not answered. */
export function mergeAnswers(ipv6: DnsAnswer | undefined, ipv4: DnsAnswer | undefined): DnsAnswer {
  if (ipv6 === undefined || ipv4 === undefined) return ipv6 ?? ipv4 ?? noAnswer('NODATA')
  if (ipv6.code !== '' && ipv4.code !== '') {
    // An open question outweighs a denial, and NODATA outweighs NXDOMAIN: a name without addresses of one family exists.
    if (!isDenial(ipv6.code)) return ipv6
    return isDenial(ipv4.code) && ipv4.code !== 'NODATA' ? ipv6 : ipv4
  }
  if (ipv6.code !== '') return ipv4
  if (ipv4.code !== '') return ipv6
  const addresses = interleave(ipv6.addresses, ipv4.addresses)
  return { addresses, ttlMs: Math.min(ipv6.ttlMs, ipv4.ttlMs), code: '' }
}

/** IPv6 and IPv4 addresses alternately, IPv6 first (RFC 8305, section 4). */
export function interleave(ipv6: readonly string[], ipv4: readonly string[]): readonly string[] {
  if (ipv6.length === 0) return ipv4
  if (ipv4.length === 0) return ipv6
  const all: string[] = []
  for (let at = 0; at < Math.max(ipv6.length, ipv4.length); at++) {
    all.push(...ipv6.slice(at, at + 1), ...ipv4.slice(at, at + 1))
  }
  return all
}
