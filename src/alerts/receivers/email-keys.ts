import { hostname } from 'node:os'
import { isLoopbackHost } from '../../settings/loopback.ts'
import { checkHost } from '../../settings/host.ts'
import { unbracket } from '../../settings/unbracket.ts'
import type { KeyValue } from './receiver-type.ts'

/** One e-mail address. */
export interface Mailbox {
  /** '' without one. */
  readonly name: string
  readonly address: string
}

/** A server that takes mail. */
export interface SmtpServer {
  /** Without brackets. */
  readonly host: string
  readonly port: number
  /** TLS from the start, as on port 465. */
  readonly isSecure: boolean
}

/** What takes mail on most machines with a mail program of their own. */
export const LOCAL_SERVER: SmtpServer = { host: 'localhost', port: 25, isSecure: false }

/** The longest address (RFC 5321, 4.5.3.1.3, without the angle brackets). */
const MAX_ADDRESS_LENGTH = 254

/** Parses `ops@example.org` or `Operations <ops@example.org>`. Throws a RangeError. */
export function parseMailbox({ text }: KeyValue): Mailbox {
  const [, name = '', inBrackets] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? []
  const address = inBrackets ?? text.trim()
  const [, local = '', domain = ''] =
    /^([^\s<>()[\]\\,;:"@\p{Cc}]+)@([^\s<>()[\]\\,;:"@\p{Cc}]+)$/u.exec(address) ?? []
  if (local === '' || address.length > MAX_ADDRESS_LENGTH || /\p{Cc}/u.test(name))
    throw new RangeError('not an address such as ops@example.org or Operations <ops@example.org>')
  const host = URL.parse(`http://${domain}/`)?.hostname ?? ''
  const why = host === '' ? 'its domain is not a valid name' : checkHost(host)
  if (why !== null) throw new RangeError(why)
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address }
}

/** Who mail is from unless the configuration says so. */
export const LOCAL_SENDER: Mailbox = {
  name: 'headcount',
  address: `headcount@${hostname().toLowerCase() || 'localhost'}`,
}

/** Parses `smtp://HOST:PORT` or `smtps://HOST:PORT`. Throws a RangeError. */
export function parseSmtpServer({ text }: KeyValue): SmtpServer {
  const [, scheme = 'smtp', rest = ''] = /^(?:(smtps?):\/\/)?([^/?#@\s]+)\/?$/i.exec(text) ?? []
  const url = rest === '' ? null : URL.parse(`ftp://${rest}`)
  if (url === null || checkHost(url.hostname) !== null || url.port === '0')
    throw new RangeError(
      'not a server such as smtp://mail.example:587 or smtps://mail.example:465, without name and password',
    )
  const isSecure = scheme.toLowerCase() === 'smtps'
  // 21 is the default port of ftp, and that of no mail server.
  const port = url.port === '' ? (isSecure ? 465 : 25) : Number(url.port)
  return { host: unbracket(url.hostname), port, isSecure }
}

/** Whether mail to the server does not leave this machine. */
export function isLocalServer({ host }: SmtpServer): boolean {
  return isLoopbackHost(host)
}
