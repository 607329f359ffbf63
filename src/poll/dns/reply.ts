// Reads replies in the DNS wire format (RFC 1035, section 4).

import { AnswerRecords, ipv4 } from './answer-records.ts'
import { CLASS_IN, HEADER, OPCODE, QR, TC, TO_QUESTION, TYPE } from './query.ts'
import { Malformed } from './wire-name.ts'

/** A reply to the question that was asked. */
export interface Reply {
  readonly rcode: number
  /** The answer did not fit into the datagram. */
  readonly truncated: boolean
  readonly addresses: readonly string[]
  /** The shortest time to live of the records that lead to the addresses, in ms. */
  readonly ttlMs: number
}

/** With these rcodes the reply may leave out the question, because the server did not understand it. */
const MAY_LACK_QUESTION: ReadonlySet<number> = new Set([1, 2, 4, 5])

const NONE: readonly string[] = []

/**
 * Reads the reply to `query`. Returns 'foreign' if it is a reply to another question, and 'malformed' if it can't be read.
 * Ignores the sections after the answers.
 */
export function readReply(message: Buffer, query: Buffer): Reply | 'foreign' | 'malformed' {
  if (message.length < HEADER) return 'malformed'
  const flags = message.readUInt16BE(2)
  if ((flags & QR) === 0 || (flags & OPCODE) !== 0) return 'foreign'
  const rcode = flags & 0xf
  const questions = message.readUInt16BE(4)
  const truncated = (flags & TC) !== 0
  if (questions === 0 && MAY_LACK_QUESTION.has(rcode)) {
    return { rcode, truncated: false, addresses: NONE, ttlMs: 0 }
  }
  if (questions !== 1 || !sameQuestion(message, query)) return 'foreign'
  // The quick way for half of all replies, if names have addresses of one family only.
  const count = message.readUInt16BE(6)
  if (count === 0) return { rcode, truncated, addresses: NONE, ttlMs: 0 }
  if (count === 1 && !truncated) {
    const reply = readSingleIPv4(message, query, rcode)
    if (reply !== null) return reply
  }
  const records = new AnswerRecords(message, query)
  try {
    records.read()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    // A truncated reply may end in the middle of a record.
    if (!truncated) return 'malformed'
  }
  return { rcode, truncated, ...records.addresses() }
}

/** Reads the most common answer, a single IPv4 address of the name asked for, without an AnswerRecords; null for any other. */
function readSingleIPv4(message: Buffer, query: Buffer, rcode: number): Reply | null {
  const at = query.length
  const isCommon =
    message.length >= at + 16 &&
    message.readUInt16BE(query.length - 4) === TYPE.A &&
    message.readUInt16BE(at) === TO_QUESTION &&
    message.readUInt16BE(at + 2) === TYPE.A &&
    message.readUInt16BE(at + 4) === CLASS_IN &&
    message.readUInt16BE(at + 10) === 4
  if (!isCommon) return null
  const ttlMs = Math.max(0, message.readInt32BE(at + 6)) * 1e3
  return { rcode, truncated: false, addresses: [ipv4(message, at + 12)], ttlMs }
}

/** Whether a message has the question of the query. The case of letters does not count. */
export function sameQuestion(message: Buffer, query: Buffer): boolean {
  if (message.length < query.length) return false
  for (let at = HEADER; at < query.length; at++) {
    if (lower(message[at] ?? 0) !== lower(query[at] ?? 0)) return false
  }
  return true
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte
}
