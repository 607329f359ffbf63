import dns from 'node:dns'

/** What the name servers said of one name. */
export interface Answer {
  /** In the order to try them: IPv6 and IPv4 by turns, each in the order of the answer. Empty when there are none. */
  readonly addresses: readonly string[]
  /** How long the addresses hold, in ms. */
  readonly ttlMs: number
  /** Why there are no addresses, as c-ares names it; '' when there are some. */
  readonly code: string
}

/** An answer without addresses. */
export function noAnswer(code: string): Answer {
  return { addresses: [], ttlMs: 0, code }
}

/** The server knows that there is nothing. Every other code means that the question stays open. */
export function isDenial(code: string): boolean {
  return code === dns.NOTFOUND || code === dns.NODATA
}

/** No server was reached at all, or c-ares could not even try: out of descriptors it says ECONNREFUSED, too. */
export function isOurs(code: string): boolean {
  return code === dns.CONNREFUSED || code === dns.NOMEM || code === dns.CANCELLED || code === dns.DESTRUCTION
}

const TEXTS: Readonly<Record<string, string>> = {
  [dns.NOTFOUND]: 'no such name (NXDOMAIN)',
  [dns.NODATA]: 'the name has no address (NODATA)',
  [dns.SERVFAIL]: 'the name server failed (SERVFAIL)',
  [dns.REFUSED]: 'the name server refused (REFUSED)',
  [dns.FORMERR]: 'the name server did not understand (FORMERR)',
  [dns.NOTIMP]: 'the name server cannot do that (NOTIMP)',
  [dns.TIMEOUT]: 'no answer from the name servers (timeout)',
  [dns.BADNAME]: 'not a name that can be looked up',
  [dns.BADRESP]: 'the answer makes no sense',
}

/** A code for a person. */
export function answerText(code: string): string {
  return TEXTS[code] ?? `look-up failed (${code})`
}

/** Both families' answers as one; `undefined` for a family that was not asked or has not answered. */
export function merged(ipv6: Answer | undefined, ipv4: Answer | undefined): Answer {
  if (ipv6 === undefined || ipv4 === undefined) return ipv6 ?? ipv4 ?? noAnswer(dns.NODATA)
  if (ipv6.code !== '' && ipv4.code !== '') {
    // The one that leaves the question open says more; and a name that has no address of one family does exist.
    if (!isDenial(ipv6.code)) return ipv6
    return isDenial(ipv4.code) && ipv4.code !== dns.NODATA ? ipv6 : ipv4
  }
  const addresses = interleaved(ipv6.addresses, ipv4.addresses)
  if (ipv6.code !== '') return { addresses, ttlMs: ipv4.ttlMs, code: '' }
  if (ipv4.code !== '') return { addresses, ttlMs: ipv6.ttlMs, code: '' }
  return { addresses, ttlMs: Math.min(ipv6.ttlMs, ipv4.ttlMs), code: '' }
}

/** IPv6 first, then by turns (RFC 8305, section 4). */
export function interleaved(ipv6: readonly string[], ipv4: readonly string[]): string[] {
  const all: string[] = []
  for (let at = 0; at < Math.max(ipv6.length, ipv4.length); at++) {
    all.push(...ipv6.slice(at, at + 1), ...ipv4.slice(at, at + 1))
  }
  return all
}
