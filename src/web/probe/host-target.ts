import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { servicePort } from './service-port.ts'

/** A host and a port that a target names. */
export interface HostTarget {
  /** An address without brackets, or a name. */
  readonly host: string
  /** Null: it names none. */
  readonly port: number | null
}

/**
 * Splits `host:port`, with brackets around an IPv6 address. The port may be the name of a service. Returns a clause if it is neither that nor a
 * host alone.
 */
export function splitTarget(target: string, protocol: 'tcp' | 'udp' = 'tcp'): HostTarget | string {
  if (isIP(target) === 6) return { host: target, port: null }
  const [, bracketed, plain = '', port] =
    /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}|[a-z][\w+.-]*))?$/i.exec(target) ?? []
  const isValid = bracketed === undefined ? isName(plain) : isIP(bracketed) === 6
  if (!isValid) return 'not a host and a port such as host.example:25'
  const number = port === undefined ? null : /^\d/.test(port) ? Number(port) : servicePort(port, protocol)
  if (number === null && port !== undefined) return 'the port is no number, and no name of a service'
  if (number !== null && (number < 1 || number > 65_535)) return 'the port is not from 1 to 65535'
  return { host: bracketed ?? plain, port: number }
}

function isName(text: string): boolean {
  if (isIP(text) === 4) return true
  // A URL would end at some of these.
  return text.length < 255 && !/[\s\p{Cc}/?#@%\\]/u.test(text) && /^[\w.-]+$/.test(domainToASCII(text))
}
