import { isIPv6 } from 'node:net'
import type { Socket } from 'node:net'
import { ipv6Groups } from '../../settings/ipv6-groups.ts'

/** What limits count by: the IPv4 address of a client, or the network of an IPv6 address, of which one client has 2⁶⁴. */
export function clientKey({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  const address = remoteAddress.replace(/^::ffff:(?=[\d.]+$)/, '').replace(/%.*$/, '')
  if (!isIPv6(address)) return address
  const network = ipv6Groups(address).slice(0, 4)
  return `${network.map((group) => group.toString(16)).join(':')}::/64`
}
