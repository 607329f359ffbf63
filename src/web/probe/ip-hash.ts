import { isIPv6 } from 'node:net'
import { ipv6Groups } from '../../settings/ipv6-groups.ts'

/** The 32-bit FNV-1a hash of the bytes of an IP address, as the exporter gives it. */
export function ipHash(address: string): number {
  let hash = 0x811c9dc5
  for (const byte of bytesOf(address)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

function bytesOf(address: string): number[] {
  if (!isIPv6(address)) return address.split('.').map(Number)
  const bytes = ipv6Groups(address.replace(/%.*$/, '')).flatMap((group) => [group >> 8, group & 255])
  const isMapped = bytes.slice(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 255))
  return isMapped ? bytes.slice(12) : bytes
}
