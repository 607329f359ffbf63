/** A host as in `URL.hostname`, without the brackets of an IPv6 address. */
export function unbracket(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}
