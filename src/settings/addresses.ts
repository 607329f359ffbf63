import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { checkHost } from './host.ts'

// Parsers of settings that say where a connection leads and where it comes from.

/** The most addresses that a URL can have. */
const MAX_ADDRESSES = 64

/** The longest path of a Unix socket, in bytes: the field of the kernel's address has 108, with a NUL at the end. */
const MAX_SOCKET_PATH_BYTES = 107

/** The longest name of a network interface on Linux. */
const MAX_INTERFACE_NAME = 15

/** Parses an address family: 0 for whichever answers. Throws a RangeError. */
export function parseFamily(text: string): 0 | 4 | 6 | 'both' {
  if (text === 'any') return 0
  if (text === '4' || text === '6') return text === '4' ? 4 : 6
  if (text === 'both') return 'both'
  throw new RangeError('must be one of 4, 6, both, any')
}

/** Parses IP addresses separated by commas; IPv6 with or without brackets. Throws a RangeError. */
export function parseAddresses(text: string): readonly string[] {
  const addresses = text.split(',').map((part) => withoutBrackets(part.trim()))
  if (addresses.some((address) => isIP(address) === 0))
    throw new RangeError('not an IP address such as 192.0.2.1, or several with commas between them')
  if (addresses.length > MAX_ADDRESSES) throw new RangeError(`more than ${MAX_ADDRESSES} addresses`)
  return addresses
}

/** Parses the name or IP address for which a certificate is issued, to its ASCII form. Throws a RangeError. */
export function parseServerName(text: string): string {
  const address = withoutBrackets(text)
  if (isIP(address) !== 0) return address
  const name = /^[^\s/?#@:[\]\\%]+$/.test(text) ? domainToASCII(text).replace(/\.$/, '') : ''
  // A name of digits alone would have become an IPv4 address.
  if (name === '' || checkHost(name) !== null || isIP(name) !== 0)
    throw new RangeError('not a host name such as www.example.com')
  return name
}

/** Parses a local address or the name of a network interface. Throws a RangeError. */
export function parseSource(text: string): string {
  const address = withoutBrackets(text)
  if (isIP(address) !== 0) return address
  const isAddressLike = /^[\d.]+$|^[\da-f]*:[\da-f:]*$/i.test(address)
  if (isAddressLike || !/^[^\s/\p{Cc}]+$/u.test(text) || text.length > MAX_INTERFACE_NAME)
    throw new RangeError('not a local IP address or the name of a network interface such as eth0')
  return text
}

/** Parses the path of a Unix socket. Throws a RangeError. */
export function parseSocketPath(text: string): string {
  if (!text.startsWith('/') || text.includes('\0'))
    throw new RangeError('not an absolute path such as /run/app.sock')
  if (Buffer.byteLength(text) > MAX_SOCKET_PATH_BYTES)
    throw new RangeError(`longer than ${MAX_SOCKET_PATH_BYTES} bytes, the limit of the system`)
  return text
}

/** An IPv6 address may stand in brackets, as in a URL. */
function withoutBrackets(text: string): string {
  return text.replace(/^\[(.*)\]$/, '$1')
}
