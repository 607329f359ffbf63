import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { ExecutionContext } from 'ava'
import { SMTPServer } from 'smtp-server'
import type { SMTPServerOptions } from 'smtp-server'

/** A message that a server has taken. */
export interface TakenMail {
  readonly from: string
  readonly to: readonly string[]
  readonly isSecure: boolean
  readonly user: string
  readonly raw: string
}

/** A refusal as SMTP has it. */
export function smtpError(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

/** A real SMTP server on loopback that keeps what it takes, and ends with the test. Without options it wants neither TLS nor a login. */
export async function mailServer(
  t: Pick<ExecutionContext, 'teardown'>,
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly mails: TakenMail[] }> {
  const mails: TakenMail[] = []
  const server = new SMTPServer({
    logger: false,
    authOptional: options.onAuth === undefined,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isSecure: session.secure,
          user: String(session.user ?? ''),
          raw: Buffer.concat(chunks).toString(),
        })
        done(null, 'taken')
      })
    },
    ...options,
  })
  // A client that goes is what some tests are about.
  server.on('error', () => {})
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  t.teardown(() => server.close())
  return { port: (listening.address() as AddressInfo).port, mails }
}

/** A message: its headers by their names in lower case, unfolded and decoded, and its parts as text, by type. */
export function parseMail(raw: string): {
  readonly headers: ReadonlyMap<string, string>
  readonly parts: ReadonlyMap<string, string>
} {
  const { headers, body } = split(raw)
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1]
  const parts = boundary === undefined ? [] : body.split(`--${boundary}`).slice(1, -1)
  return {
    headers,
    parts: new Map(
      parts.map((part) => {
        const { headers: own, body: content } = split(part.trimStart())
        const type = (own.get('content-type') ?? '').replace(/;.*$/, '')
        return [type, decode(content, own.get('content-transfer-encoding') ?? '')]
      }),
    ),
  }
}

function split(raw: string): { readonly headers: ReadonlyMap<string, string>; readonly body: string } {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (headers.has(name)) throw new Error(`${name} twice`)
    headers.set(name, decodeWords(line.slice(colon + 1).trim()))
  }
  return { headers, body: rest.join('\r\n\r\n') }
}

/** RFC 2047. */
function decodeWords(value: string): string {
  return value
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString()
        : decode(word.replaceAll('_', ' '), 'quoted-printable'),
    )
}

function decode(content: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(content, 'base64').toString()
  if (encoding !== 'quoted-printable') return content
  const bytes = content
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
