import { getCACertificates } from 'node:tls'
import { shorten } from '../../resource/shorten.ts'
import type { Notification } from '../notification.ts'
import { emailHtml } from './email-html.ts'
import { isLocalServer, LOCAL_SENDER, LOCAL_SERVER, parseMailbox, parseSmtpServer } from './email-keys.ts'
import type { Mailbox } from './email-keys.ts'
import { parseToken } from './http-keys.ts'
import { plainBody, subjectLine } from './message-fit.ts'
import { messageText } from './message-text.ts'
import { addressesLeft, settleMail } from './mail-addresses.ts'
import { listKey, optionalKey, receiverType } from './receiver-type.ts'
import type { KeyValue, SenderContext } from './receiver-type.ts'
import type { Mail, SmtpOptions } from './smtp-client.ts'

/** The longest subject, in UTF-16 units. */
const MAX_SUBJECT_LENGTH = 200

/** Some servers let strangers wait before they greet them. */
const TIMEOUT_MS = 60_000

/** Mail, handed to a server by SMTP. Messages about one incident are one thread. */
export const EMAIL = receiverType({
  name: 'email',
  mainKey: 'to',
  keys: {
    to: listKey('an address', parseMailbox, { isRequired: true }),
    from: optionalKey('an address', parseMailbox, LOCAL_SENDER),
    server: optionalKey('`smtp://HOST:PORT` or `smtps://HOST:PORT`', parseSmtpServer, LOCAL_SERVER),
    starttls: optionalKey('`required`, `optional` or `off`', parseStarttls, null),
    username: optionalKey('a text', parseToken, null),
    password: optionalKey('a text', parseToken, null, { isSecret: true }),
  },
  check({ to, server, starttls, username, password }) {
    if (to.length === 0) throw new RangeError('to: it is empty')
    if ((username === null) !== (password === null))
      throw new RangeError('a username needs a password, and a password a username')
    const isClear = !server.isSecure && starttls !== null && starttls !== 'required'
    if (password !== null && isClear && !isLocalServer(server))
      throw new RangeError('starttls: a password is sent with TLS only: `required`, or a server smtps://')
  },
  warnings({ server, starttls }) {
    if (server.isSecure || isLocalServer(server) || starttls === null || starttls === 'required') return []
    return ['starttls: without TLS to another machine: whoever is on the way can read and change the mail']
  },
  create({ to, from, server, starttls, username, password }, context) {
    const options: SmtpOptions = {
      server,
      starttls: starttls ?? (isLocalServer(server) ? 'optional' : 'required'),
      login: username === null || password === null ? null : { username, password },
      ca: context.ca === null ? null : [...getCACertificates(), context.ca],
    }
    return {
      timeoutMs: TIMEOUT_MS,
      async send(notification, signal, addresses = null) {
        const left = addressesLeft(to, addresses)
        // The configuration has lost those that were put off.
        if (left.length === 0) return { type: 'sent', said: 'nobody is left who is to get it' }
        const { sendMail } = await import('./smtp-client.ts')
        const mail = mailOf(notification, from, to, context)
        return settleMail(left, addresses, await sendMail(mail, left, options, signal))
      },
    }
  },
})

function mailOf(
  notification: Notification,
  from: Mailbox,
  to: readonly Mailbox[],
  { timeZone }: SenderContext,
): Mail {
  const { id, firstId, at, severity, status } = notification
  const message = messageText(notification, timeZone)
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    from,
    to,
    // Mail programs would decode `=?…?=` (RFC 2047), which stands for any text.
    subject: shorten(subjectLine(message).replaceAll('=?', String.raw`\u003d?`), MAX_SUBJECT_LENGTH),
    text: `${subjectLine(message)}\n\n${plainBody(message)}\n`,
    html: emailHtml(message),
    date: new Date(at),
    messageId: `${id}@${domain}`,
    answers: firstId === id ? null : `${firstId}@${domain}`,
    isUrgent: severity === 'critical' && status === 'firing',
  }
}

function parseStarttls({ text }: KeyValue): SmtpOptions['starttls'] {
  if (text !== 'required' && text !== 'optional' && text !== 'off')
    throw new RangeError('required, optional or off')
  return text
}
