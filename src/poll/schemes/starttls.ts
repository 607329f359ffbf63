import type { Socket } from 'node:net'
import type { StartTls } from '../../settings/starttls.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { failure, isFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { Conversation } from './conversation.ts'

/** A whole reply: whether it is the one that is needed, and how many bytes it takes. */
interface Reply {
  readonly accepted: boolean
  readonly bytes: number
}

/** Reads a reply: null until it is whole. */
type Read = (received: Buffer) => Reply | null

/** What is sent, and a reader of the reply to it. A reader goes on where it stopped: a reply may come byte by byte. */
type Step = readonly [send: (host: string) => string | Buffer, reader: () => Read]

const say = (text: string) => () => text

/** The dialogues that lead to TLS. */
const DIALOGUES: Readonly<Record<StartTls, readonly Step[]>> = {
  // RFC 3207
  smtp: [
    [say(''), numbered('220')],
    [say('EHLO headcount.invalid\r\n'), numbered('250')],
    [say('STARTTLS\r\n'), numbered('220')],
  ],
  // RFC 9051, section 6.2.1
  imap: [
    [say(''), line(/^\* (?:OK|PREAUTH)\b/i)],
    [say('a STARTTLS\r\n'), line(/^a OK\b/i, /^\* /)],
  ],
  // RFC 2595
  pop3: [
    [say(''), line(/^\+OK\b/)],
    [say('STLS\r\n'), line(/^\+OK\b/)],
  ],
  // RFC 4217
  ftp: [
    [say(''), numberedAround('220')],
    [say('AUTH TLS\r\n'), numberedAround('234')],
  ],
  // https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL: the message SSLRequest
  postgres: [[() => Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]), () => sslReply]],
  // RFC 4511, section 4.14
  ldap: [[() => ldapRequest(), () => ldapReply]],
  // RFC 6120, section 5.4
  xmpp: [
    [
      (host) =>
        `<?xml version='1.0'?><stream:stream to='${host}' version='1.0' xmlns='jabber:client' ` +
        "xmlns:stream='http://etherx.jabber.org/streams'>",
      element('stream:features', /^<starttls[\s/>]/),
    ],
    [say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), element('proceed', /^</)],
  ],
}

/** Leads a dialogue in plain text up to where TLS begins. Failures: protocol, closed, reset, timeout, local. */
export async function startTls(
  attempt: Attempt,
  socket: Socket,
  protocol: StartTls,
  host: string,
): Promise<Failure | null> {
  const talk = new Conversation(socket)
  for (const [send, reader] of DIALOGUES[protocol]) {
    talk.send(send(host))
    const reply = await talk.receive(attempt, reader())
    if (isFailure(reply)) return reply
    if (!reply.accepted)
      return failure('protocol', `no TLS by ${protocol}: the server answered ${talk.quote()}`)
    // What comes before the handshake is not protected, and must not be taken for something that is.
    if (reply.bytes < talk.received.length)
      return failure('protocol', `no TLS by ${protocol}: more than one answer: ${talk.quote()}`)
  }
  talk.release()
  return null
}

/** Reads a reply with this number on each line, which ends with the first line without a hyphen behind it. */
function numbered(number: string): Step[1] {
  return lines((text) => (!text.startsWith(number) ? false : text[3] === '-' ? null : true))
}

/** The same for FTP: between the first line and the last, which has a space behind the number, lines say anything (RFC 959, section 4.2). */
function numberedAround(number: string): Step[1] {
  const last = new RegExp(`^${number}(?: |\\r?$)`)
  return lines((text, isFirst) => {
    if (!isFirst) return last.test(text) ? true : null
    return !text.startsWith(number) ? false : text[3] === '-' ? null : true
  })
}

/** Reads a line. Lines that match `skipped` may come before it. */
function line(accepted: RegExp, skipped: RegExp | null = null): Step[1] {
  return lines((text) => (skipped?.test(text) === true ? null : accepted.test(text)))
}

/** Reads lines until `judge` says whether one is accepted; null: read on. */
function lines(judge: (text: string, isFirst: boolean) => boolean | null): Step[1] {
  return () => {
    let at = 0
    return (received) => {
      for (;;) {
        const end = received.indexOf('\n', at)
        if (end === -1) return null
        const accepted = judge(received.toString('latin1', at, end), at === 0)
        at = end + 1
        if (accepted !== null) return { accepted, bytes: at }
      }
    }
  }
}

/** Reads tags until the element with this name ends, or the stream fails. One of the tags must match `needed`. */
function element(name: string, needed: RegExp): Step[1] {
  const end = new RegExp(`^<(?:${name}(?:\\s[^>]*)?/|/${name}\\s*)>$`)
  return () => {
    let at = 0
    let accepted = false
    return (received) => {
      if (at === 0 && !XML.test(received.toString('latin1')))
        return { accepted: false, bytes: received.length }
      for (;;) {
        const start = received.indexOf('<', at)
        const last = start === -1 ? -1 : received.indexOf('>', start)
        if (last === -1) return null
        const tag = received.toString('latin1', start, last + 1)
        at = last + 1
        accepted ||= needed.test(tag)
        if (end.test(tag)) return { accepted, bytes: at }
        if (FAILED.test(tag)) return { accepted: false, bytes: received.length }
      }
    }
  }
}

/** The beginning of a document. */
const XML = /^\s*(?:<|$)/

/** A tag by which a server refuses, or ends the stream. */
const FAILED = /^<\/?(?:stream:error|failure|stream:stream\s*>)/

/** One byte: `S` for yes, `N` for no. An old server answers with an error message, which begins with `E`. */
function sslReply(received: Buffer): Reply | null {
  return received.length === 0 ? null : { accepted: received[0] === 0x53, bytes: 1 }
}

const LDAP_OID = '1.3.6.1.4.1.1466.20037'

/** An ExtendedRequest, [APPLICATION 23], in BER. */
function ldapRequest(): Buffer {
  const oid = Buffer.from(LDAP_OID)
  const request = Buffer.concat([Buffer.from([0x77, oid.length + 2, 0x80, oid.length]), oid])
  return Buffer.concat([Buffer.from([0x30, request.length + 3, 0x02, 0x01, 0x01]), request])
}

/** An ExtendedResponse, [APPLICATION 24], whose resultCode is success. */
function ldapReply(received: Buffer): Reply | null {
  if (received.length === 0) return null
  if (received[0] !== 0x30) return { accepted: false, bytes: received.length }
  const message = berElement(received, 0)
  if (message === null || received.length < message.end) return null
  const id = berElement(received, message.start)
  const response = id === null ? null : berElement(received, id.end)
  const code = response === null ? null : berElement(received, response.start)
  const accepted =
    id !== null &&
    received[message.start] === 0x02 &&
    received[id.end] === 0x78 &&
    code !== null &&
    received.toString('hex', code.start - 2, code.end) === '0a0100'
  return { accepted, bytes: message.end }
}

/** Where the value of a BER element begins and ends; null if its length is not there yet, or is longer than a reply can be. */
function berElement(bytes: Buffer, at: number): { start: number; end: number } | null {
  const short = bytes[at + 1]
  if (short === undefined) return null
  if (short < 0x80) return { start: at + 2, end: at + 2 + short }
  const size = short & 0x7f
  const start = at + 2 + size
  if (size === 0 || size > 4 || bytes.length < start) return null
  return { start, end: start + bytes.readUIntBE(at + 2, size) }
}
