import { RCODES, RECORD_TYPES } from '../../settings/dns-url.ts'
import { ipv4, ipv6 } from '../dns/answer-records.ts'
import { CLASS_IN, HEADER, OPCODE, QR, TC } from '../dns/query.ts'
import { sameQuestion } from '../dns/reply.ts'
import { presentation } from '../dns/presentation.ts'
import { dottedName, Malformed, wireName } from '../dns/wire-name.ts'

// Reads whole answers in the DNS wire format (RFC 1035, section 4), for people: written as dig does, but in lower case. The size of a
// message, 64 KiB, bounds the records.

/** An answer. A record is a line such as `a.example. 300 IN MX 10 mail.example.` */
export interface DnsMessage {
  readonly rcode: string
  readonly truncated: boolean
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
}

/** A record: its type, and the whole as a line. */
export interface DnsRecord {
  readonly type: string
  readonly line: string
}

const TYPE_NAMES = new Map<number, string>(
  Object.entries(RECORD_TYPES).map(([name, number]) => [number, name]),
)

/** Whether a message with the right id answers the query: others may be forged. */
export function answersQuery(message: Buffer, query: Buffer): boolean {
  if (message.length < HEADER) return false
  const flags = message.readUInt16BE(2)
  if ((flags & QR) === 0 || (flags & OPCODE) !== 0) return false
  const questions = message.readUInt16BE(4)
  // With an error, the question may be left out.
  if (questions === 0) return (flags & 0xf) !== 0
  return questions === 1 && sameQuestion(message, query)
}

/** Reads an answer to the query; null if it is malformed. A truncated one may end anywhere. */
export function readMessage(message: Buffer, query: Buffer): DnsMessage | null {
  const flags = message.readUInt16BE(2)
  const truncated = (flags & TC) !== 0
  const rcode = RCODES[flags & 0xf] ?? `RCODE${flags & 0xf}`
  const sections: DnsRecord[][] = [[], []]
  const counts = [message.readUInt16BE(6), message.readUInt16BE(8)]
  let at = message.readUInt16BE(4) === 0 ? HEADER : query.length
  try {
    for (const [n, section] of sections.entries()) {
      for (let left = counts[n] ?? 0; left > 0; left--) {
        const { record, end } = readRecord(message, at)
        section.push(record)
        at = end
      }
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    if (!truncated) return null
  }
  const [answers = [], authorities = []] = sections
  return { rcode, truncated, answers, authorities }
}

function readRecord(message: Buffer, start: number): { record: DnsRecord; end: number } {
  const owner = wireName(message, start)
  const at = owner.end
  if (at + 10 > message.length) throw new Malformed()
  const code = message.readUInt16BE(at)
  const type = TYPE_NAMES.get(code) ?? `TYPE${code}`
  const isInternet = message.readUInt16BE(at + 2) === CLASS_IN
  const data = at + 10
  const end = data + message.readUInt16BE(at + 8)
  if (end > message.length) throw new Malformed()
  const text = (READERS[isInternet ? type : ''] ?? unknown)(message, data, end)
  const ttl = message.readUInt32BE(at + 4)
  return { record: { type, line: `${nameText(owner.name)} ${ttl} IN ${type} ${text}` }, end }
}

type Reader = (message: Buffer, at: number, end: number) => string

const READERS: Readonly<Record<string, Reader>> = {
  A: (message, at, end) => ipv4(exactly(message, at, end, 4), 0),
  AAAA: (message, at, end) => ipv6(exactly(message, at, end, 16)),
  NS: nameAt,
  CNAME: nameAt,
  PTR: nameAt,
  MX: (message, at, end) => `${numbers(message, at, end, 1)} ${nameAt(message, at + 2, end)}`,
  SRV: (message, at, end) => `${numbers(message, at, end, 3)} ${nameAt(message, at + 6, end)}`,
  TXT: strings,
  SOA,
  CAA,
}

function SOA(message: Buffer, at: number, end: number): string {
  const primary = wireName(message, at)
  const mailbox = wireName(message, primary.end)
  const rest = exactly(message, mailbox.end, end, 20)
  const times = [0, 4, 8, 12, 16].map((offset) => rest.readUInt32BE(offset))
  return [nameText(primary.name), nameText(mailbox.name), ...times].join(' ')
}

function CAA(message: Buffer, at: number, end: number): string {
  const length = message[at + 1] ?? 0
  const value = at + 2 + length
  if (value > end) throw new Malformed()
  const tag = presentation(message.toString('latin1', at + 2, value), SPECIAL_IN_STRING)
  return `${message[at]} ${tag} ${stringText(message, value, end)}`
}

function strings(message: Buffer, from: number, end: number): string {
  const texts: string[] = []
  for (let at = from; at < end;) {
    const next = at + 1 + (message[at] as number)
    if (next > end) throw new Malformed()
    texts.push(stringText(message, at + 1, next))
    at = next
  }
  return texts.join(' ')
}

/** Characters that mean something in a name, and in a string. */
const SPECIAL_IN_NAME = '".();\\@$'
const SPECIAL_IN_STRING = '"\\'

/** The first byte that is printed in a name. */
const AFTER_SPACE = 0x21

function nameText(wire: string): string {
  return dottedName(wire, (label) => presentation(label, SPECIAL_IN_NAME, AFTER_SPACE))
}

function stringText(message: Buffer, from: number, end: number): string {
  return `"${presentation(message.toString('latin1', from, end), SPECIAL_IN_STRING)}"`
}

/** In the form of RFC 3597. */
function unknown(message: Buffer, at: number, end: number): string {
  return `\\# ${end - at} ${message.toString('hex', at, end)}`.trimEnd()
}

function nameAt(message: Buffer, at: number, end: number): string {
  const { name, end: nameEnd } = wireName(message, at)
  if (nameEnd !== end) throw new Malformed()
  return nameText(name)
}

function numbers(message: Buffer, at: number, end: number, count: number): string {
  if (at + 2 * count > end) throw new Malformed()
  return Array.from({ length: count }, (_, n) => message.readUInt16BE(at + 2 * n)).join(' ')
}

function exactly(message: Buffer, at: number, end: number, bytes: number): Buffer {
  if (end - at !== bytes) throw new Malformed()
  return message.subarray(at, end)
}
