/** As sockets, look-ups and URLs write them; a BlockList would cost each answer twice as much. */
const LOOPBACK = /^(::ffff:)?127(\.\d+){3}$|^::1$|^::ffff:7f[\da-f]{2}:/

/** Whether an IP address (without brackets) is this machine itself, to which no network leads. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address)
}

/** Whether a host as `URL.hostname` gives it is this machine itself, as far as can be told without a look-up. */
export function isLoopbackHost(hostname: string): boolean {
  return /(^|\.)localhost\.?$/.test(hostname) || isLoopback(hostname.replace(/^\[|\]$/g, ''))
}
