import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Mailbox, SmtpServer } from './email-keys.ts'
import { errorText } from './error-text.ts'
import { hide, secretParts } from './hide-secrets.ts'
import { oneLine } from './http-response.ts'
import type { Handover, Rejection } from './mail-addresses.ts'

// The only door to nodemailer, loaded with the first mail.

/** The longest answer of a server, in bytes. */
const MAX_RESPONSE_BYTES = 65_536

/** How long a connection may take to close, in ms. */
const CLOSE_TIMEOUT_MS = 1_000

/** A message, before its MIME form. Texts may hold any characters. */
export interface Mail {
  readonly from: Mailbox
  readonly to: readonly Mailbox[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly date: Date
  /** Without angle brackets. */
  readonly messageId: string
  /** The message that this one answers; null: none. */
  readonly answers: string | null
  readonly isUrgent: boolean
}

/** How mail is handed over. */
export interface SmtpOptions {
  readonly server: SmtpServer
  /** `required`: nothing is sent without TLS; `optional`: with it if the server has it, whatever its certificate; `off`: without. */
  readonly starttls: 'required' | 'optional' | 'off'
  readonly login: { readonly username: string; readonly password: string } | null
  /** Certificates to trust, all of them (PEM); null: those of Node. */
  readonly ca: readonly string[] | null
}

/** Sends a message to `recipients`, some or all of those it is for. Never rejects. What is said holds no credentials. */
export async function sendMail(
  mail: Mail,
  recipients: readonly Mailbox[],
  options: SmtpOptions,
  signal: AbortSignal,
): Promise<Handover> {
  const { server, login } = options
  const secrets = login === null ? [] : credentialForms(login)
  const shown = (text: string) => oneLine(hide(text, secrets))
  const connection = new SMTPConnection({
    host: server.host,
    port: server.port,
    secure: server.isSecure,
    requireTLS: options.starttls === 'required',
    ignoreTLS: options.starttls === 'off',
    opportunisticTLS: options.starttls === 'optional',
    tls: {
      minVersion: 'TLSv1.2',
      // Where the clear would do as well, whoever is at the other end, encrypted is better.
      rejectUnauthorized: server.isSecure || options.starttls !== 'optional',
      ...(options.ca === null ? {} : { ca: [...options.ca] }),
    },
    maxResponseSize: MAX_RESPONSE_BYTES,
    socketCloseTimeout: CLOSE_TIMEOUT_MS,
    logger: false,
  })
  try {
    const message = await new MailComposer(composed(mail)).compile().build()
    const { rejected, response } = await exchange(connection, mail.from, recipients, message, {
      ...options,
      signal,
    })
    const except =
      rejected.length === 0 ? '' : `, but not for ${rejected.map(({ recipient }) => recipient).join(', ')}`
    return {
      result: { type: 'sent', said: shown(`${response}${except}`) },
      rejections: rejectionsOf(rejected, shown),
    }
  } catch (error) {
    const said = `${server.host}:${server.port}: ${signal.aborted ? 'no answer in time' : shown(errorText(error))}`
    const { responseCode, rejectedErrors = [] } = error as Reply & { rejectedErrors?: readonly Reply[] }
    // Without a reply, nobody has said no.
    const result =
      !signal.aborted && responseCode !== undefined && isPermanent(responseCode)
        ? ({ type: 'refused', said } as const)
        : ({ type: 'retry', said, retryAfterMs: null } as const)
    return { result, rejections: rejectionsOf(rejectedErrors, shown) }
  } finally {
    connection.close()
  }
}

/** A reply of the server to the address of a recipient. */
interface Reply {
  readonly recipient?: string | undefined
  readonly responseCode?: number | undefined
  readonly response?: string | undefined
}

interface Sent {
  readonly response: string
  readonly rejected: readonly Reply[]
}

/** Replies of 5xx are permanent (RFC 5321, 4.2.1). */
function isPermanent(responseCode: number): boolean {
  return responseCode >= 500
}

function rejectionsOf(replies: readonly Reply[], shown: (text: string) => string): readonly Rejection[] {
  return replies.map(({ recipient = '', responseCode = 0, response = '' }) => ({
    address: recipient,
    isFinal: isPermanent(responseCode),
    said: shown(response),
  }))
}

/** Rejects with what went wrong. */
function exchange(
  connection: SMTPConnection,
  from: Mailbox,
  to: readonly Mailbox[],
  message: Buffer,
  { login, signal }: SmtpOptions & { readonly signal: AbortSignal },
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(new Error('no answer in time'))
      connection.close()
    }
    // Errors come by event or by callback; later ones change nothing.
    connection.on('error', reject)
    connection.on('end', () => reject(new Error('the server has closed the connection')))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    const send = () => {
      const envelope = { from: from.address, to: to.map(({ address }) => address) }
      connection.send(envelope, message, (error, info) => {
        if (error != null) return reject(error)
        resolve({ response: info?.response ?? '', rejected: info?.rejectedErrors ?? [] })
        connection.quit()
      })
    }
    connection.connect((error) => {
      if (error != null) return reject(error)
      if (login === null) return send()
      connection.login({ user: login.username, pass: login.password }, (failed) => {
        if (failed != null) reject(failed)
        else send()
      })
    })
  })
}

/** The fields of nodemailer. It encodes what a header can't hold, line breaks too. */
function composed(mail: Mail): ConstructorParameters<typeof MailComposer>[0] {
  const { from, to, subject, text, html, date, messageId, answers, isUrgent } = mail
  return {
    from: { ...from },
    to: to.map(({ name, address }) => ({ name, address })),
    subject,
    text,
    html,
    date,
    messageId: `<${messageId}>`,
    ...(answers === null ? {} : { inReplyTo: `<${answers}>`, references: `<${answers}>` }),
    headers: {
      // No holiday message is to answer (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(isUrgent ? { Importance: 'high', 'X-Priority': '1' } : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** A password as the mechanisms of SASL send it. */
function credentialForms({ username, password }: { username: string; password: string }): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return [password, ...secretParts(password), base64(password), base64(`\0${username}\0${password}`)]
}
