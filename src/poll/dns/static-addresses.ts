import net from 'node:net'
import { interleave } from './dns-answer.ts'
import type { Hosts } from './hosts.ts'

/** `localhost` and its subdomains resolve to these (RFC 6761, section 6.3). */
const LOOPBACK = ['::1', '127.0.0.1']

const NONE: readonly string[] = []

/** The addresses that a name has without DNS, of one family or, with 0, of both: from the hosts file, or as a localhost name. */
export function staticAddresses(name: string, hosts: Hosts, family: 0 | 4 | 6): readonly string[] {
  const host = name.endsWith('.') ? name.slice(0, -1) : name
  const listed = hosts.get(host)
  const addresses = listed === undefined ? NONE : ofFamily(listed, family)
  if (addresses.length > 0) return addresses
  const isLocal = host === 'localhost' || host.endsWith('.localhost')
  return isLocal ? ofFamily(LOOPBACK, family) : NONE
}

function ofFamily(addresses: readonly string[], wanted: 0 | 4 | 6): readonly string[] {
  const select = (family: 4 | 6) =>
    wanted === 0 || wanted === family ? addresses.filter((one) => net.isIP(one) === family) : []
  return interleave(select(6), select(4))
}
