import net from 'node:net'

const addresses = new net.BlockList()
addresses.addSubnet('127.0.0.0', 8, 'ipv4')
addresses.addAddress('::1', 'ipv6')

/** Whether an IP address (without brackets) is this machine itself, to which no network leads. */
export function isLoopback(address: string): boolean {
  return net.isIP(address) !== 0 && addresses.check(address, net.isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Whether a host as `URL.hostname` gives it is this machine itself, as far as can be told without a look-up. */
export function isLoopbackHost(hostname: string): boolean {
  return /(^|\.)localhost\.?$/.test(hostname) || isLoopback(hostname.replace(/^\[|\]$/g, ''))
}
