import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/**
 * The local address from which to connect to `address`: `source` itself, or the first address of that family of the network
 * interface with that name. Null if there is none.
 */
export function localAddressFor(source: string, address: string): string | null {
  const family = isIP(address)
  if (isIP(source) !== 0) return isIP(source) === family ? source : null
  const own = (networkInterfaces()[source] ?? []).filter((one) => isIP(one.address) === family)
  // A link-local address reaches the own network only.
  const global = own.find((one) => !('scopeid' in one) || one.scopeid === 0)
  return global?.address ?? null
}
