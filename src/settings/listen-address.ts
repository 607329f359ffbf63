import { BlockList, isIP } from 'node:net'
import { parseInteger } from './values.ts'

/** Where to accept connections. */
export interface ListenAddress {
  /** An IP address without brackets, or `localhost`. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** A bare port means this host: nothing is opened to the network by accident. */
const DEFAULT_HOST = '127.0.0.1'

/** Parses `port` or `host:port`; an IPv6 address needs brackets. Throws a RangeError that does not quote the text. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:(?:\[([^\]]*)\]|([^:[\]]*)):)?([^:]*)$/.exec(text)
  if (match === null) throw new RangeError(FORM)
  const [, inBrackets, plain, port = ''] = match
  const host = inBrackets ?? plain ?? DEFAULT_HOST
  const isValid = inBrackets === undefined ? host === 'localhost' || isIP(host) === 4 : isIP(host) === 6
  if (host === '') throw new RangeError(NO_HOST)
  if (!isValid) throw new RangeError(FORM)
  return { host, port: parseInteger(port, 0, 65_535) }
}

const NO_HOST =
  'the host is missing: 9115 listens on 127.0.0.1 alone, 0.0.0.0:9115 on all IPv4 addresses, [::]:9115 on all'
const FORM = 'not a port or ip:port, such as 9115, 0.0.0.0:9115 or [::1]:9115'

/** The address as in a URL: `127.0.0.1:9115`, `[::1]:9115`. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether only this machine can connect to it, however it is written. */
export function isLoopbackAddress(host: string): boolean {
  const family = isIP(host)
  return host === 'localhost' || (family !== 0 && LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6'))
}
