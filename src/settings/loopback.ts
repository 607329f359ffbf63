import { unbracket } from './unbracket.ts'

/** Loopback addresses as sockets, DNS and URLs write them. A BlockList would double the cost for each answer. */
const LOOPBACK = /^(::ffff:)?127(\.\d+){3}$|^::1$|^::ffff:7f[\da-f]{2}:/

/** Whether an IP address (without brackets) is a loopback address, which is reached without a network. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address)
}

/** Whether a host, as in `URL.hostname`, is a loopback address or a localhost name. It makes no DNS lookup. */
export function isLoopbackHost(hostname: string): boolean {
  return /(^|\.)localhost\.?$/.test(hostname) || isLoopback(unbracket(hostname))
}
