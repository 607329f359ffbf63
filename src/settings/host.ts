import { isIPv6 } from 'node:net'
import { quote } from './quote.ts'

/** The longest name and the longest label that the DNS can hold (RFC 1035, 2.3.4), in bytes, without the last dot. */
export const MAX_NAME_LENGTH = 253
export const MAX_LABEL_LENGTH = 63

/** Checks the text between `//` and the path as written: why it can't be polled, or null. */
export function checkAuthority(authority: string): string | null {
  const at = authority.lastIndexOf('@')
  if (at >= 0 && !isDecodable(authority.slice(0, at)))
    return 'its credentials contain a % that does not encode a character'
  const host = authority.slice(at + 1)
  if (host.startsWith('[')) return checkBracketed(host)
  const colon = host.indexOf(':')
  if (colon !== host.lastIndexOf(':') && isIPv6(host)) {
    return `an IPv6 address needs brackets: ${quote(`[${host}]`)}`
  }
  if (host === '' || colon === 0) return 'it has no host'
  return colon < 0 ? null : checkPort(host.slice(colon + 1))
}

/** Checks a host as `new URL` returns it: why the DNS can't have such a name, or null. */
export function checkHost(host: string): string | null {
  if (host.startsWith('[')) return null
  const name = host.endsWith('.') ? host.slice(0, -1) : host
  if (name.length > MAX_NAME_LENGTH)
    return `its host name has ${name.length} characters; the limit is ${MAX_NAME_LENGTH}`
  // new URL accepts characters that no host name has: https://*.example.com, https://a.example,b.example.
  const odd = /[^a-z0-9._-]/.exec(name)
  if (odd !== null) return `its host name contains ${quote(odd[0])}`
  if (name.length <= MAX_LABEL_LENGTH && /^[^.]+(\.[^.]+)*$/.test(name)) return null
  for (const label of name.split('.')) {
    if (label === '') return 'its host name has an empty part'
    if (label.length > MAX_LABEL_LENGTH)
      return `a part of its host name has ${label.length} characters; the limit is ${MAX_LABEL_LENGTH}`
  }
  return null
}

function checkBracketed(host: string): string | null {
  const [, address, port] = /^\[([^\]]*)\](?::(.*))?$/.exec(host) ?? []
  if (address === undefined) return 'its IPv6 address has no closing bracket'
  if (address.includes('%')) return 'IPv6 zone ids are not supported'
  if (!isIPv6(address)) return 'the text in brackets is not an IPv6 address'
  return checkPort(port ?? '')
}

/** The message does not quote the port: in `user:pass/word@host` it is a part of the password. */
function checkPort(port: string): string | null {
  if (port === '') return null
  const valid = /^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535
  return valid ? null : 'its port is not a number from 1 to 65535'
}

/** Whether a poller can make Basic credentials of it. */
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
