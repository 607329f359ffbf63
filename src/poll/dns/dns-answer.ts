import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import type { LocalCause } from '../../state/local-causes.ts'

/** Why there are no addresses; '' when there are some. LOCAL: the fault is on our side, or the name servers'. */
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

/** What the name servers said of one name. */
export interface DnsAnswer {
  /** In the order to try them: IPv6 and IPv4 by turns, each in the order of the answer. Empty when there are none. */
  readonly addresses: readonly string[]
  /** How long the addresses hold, in ms. */
  readonly ttlMs: number
  readonly code: DnsCode
  /** Where the code is LOCAL: its cause, and a text for a person. */
  readonly cause?: LocalCause
  readonly detail?: string
}

const NONE: readonly string[] = []

/** An answer without addresses. */
export function noAnswer(code: Exclude<DnsCode, '' | 'LOCAL'>): DnsAnswer {
  return { addresses: NONE, ttlMs: 0, code }
}

/** No answer, and the name is not to blame. Without a `detail` it has the text of its cause. */
export function internalError(cause: LocalCause, detail: string = LOCAL_CAUSES[cause].text): DnsAnswer {
  return { addresses: NONE, ttlMs: 0, code: 'LOCAL', cause, detail }
}

/** The server knows that there is nothing. Every other code means that the question stays open. */
export function isDenial(code: DnsCode): boolean {
  return code === 'NXDOMAIN' || code === 'NODATA'
}

const RCODES: readonly (DnsCode | undefined)[] = ['', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']

/** The code of a reply with that rcode and so many addresses. An alias that leads nowhere is a success without any. */
export function codeOf(rcode: number, addresses: number): Exclude<DnsCode, 'LOCAL'> {
  const code = RCODES[rcode] ?? (`RCODE ${rcode}` as const)
  return code === '' && addresses === 0 ? 'NODATA' : (code as Exclude<DnsCode, 'LOCAL'>)
}

const TEXTS: Readonly<Partial<Record<DnsCode, string>>> = {
  NXDOMAIN: 'no such name (NXDOMAIN)',
  NODATA: 'the name has no address (NODATA)',
  SERVFAIL: 'the name server failed (SERVFAIL)',
  REFUSED: 'the name server refused (REFUSED)',
  FORMERR: 'the name server did not understand (FORMERR)',
  NOTIMP: 'the name server cannot do that (NOTIMP)',
  TIMEOUT: 'no answer from the name servers (timeout)',
  BADNAME: 'not a name that can be looked up',
  BADRESP: 'the answer makes no sense',
}

/** A code for a person. */
export function answerText(code: DnsCode): string {
  return TEXTS[code] ?? `look-up failed (${code})`
}

/** Both families' answers as one; `undefined` for a family that was not asked or has not answered. */
export function merged(ipv6: DnsAnswer | undefined, ipv4: DnsAnswer | undefined): DnsAnswer {
  if (ipv6 === undefined || ipv4 === undefined) return ipv6 ?? ipv4 ?? noAnswer('NODATA')
  if (ipv6.code !== '' && ipv4.code !== '') {
    // The one that leaves the question open says more; and a name that has no address of one family does exist.
    if (!isDenial(ipv6.code)) return ipv6
    return isDenial(ipv4.code) && ipv4.code !== 'NODATA' ? ipv6 : ipv4
  }
  if (ipv6.code !== '') return ipv4
  if (ipv4.code !== '') return ipv6
  const addresses = interleaved(ipv6.addresses, ipv4.addresses)
  return { addresses, ttlMs: Math.min(ipv6.ttlMs, ipv4.ttlMs), code: '' }
}

/** IPv6 first, then by turns (RFC 8305, section 4). */
export function interleaved(ipv6: readonly string[], ipv4: readonly string[]): readonly string[] {
  if (ipv6.length === 0) return ipv4
  if (ipv4.length === 0) return ipv6
  const all: string[] = []
  for (let at = 0; at < Math.max(ipv6.length, ipv4.length); at++) {
    all.push(...ipv6.slice(at, at + 1), ...ipv4.slice(at, at + 1))
  }
  return all
}
