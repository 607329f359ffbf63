import { isIPv6 } from 'node:net'
import { quote } from '../settings/quote.ts'

/** The longest name and the longest label that the DNS can hold (RFC 1035, 2.3.4), in bytes, without the last dot. */
const MAX_NAME_LENGTH = 253
const MAX_LABEL_LENGTH = 63

/** What stands between `//` and the path, before `new URL` has seen it: why it can't be polled, or null. */
export function checkAuthority(authority: string): string | null {
  const at = authority.lastIndexOf('@')
  if (at >= 0 && !isDecodable(authority.slice(0, at)))
    return 'its credentials hold a % that does not encode a character'
  const host = authority.slice(at + 1)
  if (host.startsWith('[')) return checkBracketed(host)
  const colon = host.indexOf(':')
  if (colon !== host.lastIndexOf(':') && isIPv6(host)) {
    return `an IPv6 address stands in brackets: ${quote(`[${host}]`)}`
  }
  if (host === '' || colon === 0) return 'it names no host'
  return colon < 0 ? null : checkPort(host.slice(colon + 1))
}

/** A host as `new URL` gives it: why no name server could ever be asked for it, or null. */
export function checkHost(host: string): string | null {
  if (host.startsWith('[')) return null
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  if (name.length > MAX_NAME_LENGTH)
    return `its host name has ${name.length} characters, ${MAX_NAME_LENGTH} are the most`
  // new URL lets through what sits in no host name: https://*.example.com, https://a.example,b.example.
  const odd = /[^a-z0-9._-]/.exec(name)
  if (odd !== null) return `its host name holds ${quote(odd[0])}`
  if (name.length <= MAX_LABEL_LENGTH && /^[^.]+(\.[^.]+)*$/.test(name)) return null
  for (const label of name.split('.')) {
    if (label === '') return 'its host name has nothing between two dots'
    if (label.length > MAX_LABEL_LENGTH)
      return `a part of its host name has ${label.length} characters, ${MAX_LABEL_LENGTH} are the most`
  }
  return null
}

function checkBracketed(host: string): string | null {
  const [, address, port] = /^\[([^\]]*)\](?::(.*))?$/.exec(host) ?? []
  if (address === undefined) return 'its IPv6 address has no closing bracket'
  if (address.includes('%')) return 'IPv6 zone ids are not supported'
  if (!isIPv6(address)) return 'what stands in its brackets is not an IPv6 address'
  return checkPort(port ?? '')
}

/** The port is not quoted: it is the password where someone wrote `user:pass/word@host`. */
function checkPort(port: string): string | null {
  if (port === '') return null
  const valid = /^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535
  return valid ? null : 'its port is not a number from 1 to 65535'
}

/** Whether a poller will be able to make Basic credentials of it. */
function isDecodable(userinfo: string): boolean {
  if (!userinfo.includes('%')) return true
  try {
    decodeURIComponent(userinfo)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}
