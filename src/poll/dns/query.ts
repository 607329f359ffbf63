// Writes queries in the DNS wire format (RFC 1035, section 4).

/** Record types. */
export const TYPE = { A: 1, NS: 2, CNAME: 5, AAAA: 28 } as const

/** The record types that headcount asks for. */
export type QuestionType = (typeof TYPE)['A' | 'AAAA' | 'NS']

/** Size of the header of a message, in bytes. The question follows it. */
export const HEADER = 12

/** A compression pointer to the name of the question. */
export const TO_QUESTION = 0xc0_00 | HEADER

/** The record class of the internet. */
export const CLASS_IN = 1

/** Maximum length of a name, in bytes. */
export const MAX_NAME = 255

/** Maximum length of a label of a name, in bytes. */
export const MAX_LABEL = 63

/** Flags of the header: a reply, the kind of query, the rest did not fit. */
export const QR = 0x8000
export const OPCODE = 0x7800
export const TC = 0x0200

const RD = 0x0100
const DOT = 0x2e

/**
 * Makes a query with id 0 for an absolute name, with or without the dot at its end; null if the name is not valid. Without
 * EDNS, because every server accepts such a query.
 */
export function encodeQuery(name: string, type: number): Buffer | null {
  if (name === '') return null
  const end = name.endsWith('.') ? name.length - 1 : name.length
  const bytes = end === 0 ? 1 : end + 2
  if (bytes > MAX_NAME) return null
  // From Buffer's pool, which is cheaper than an ArrayBuffer for each query.
  const query = Buffer.allocUnsafe(HEADER + bytes + 4).fill(0)
  query.writeUInt16BE(RD, 2)
  query.writeUInt16BE(1, 4)
  if (end > 0 && !writeLabels(query, name, end)) return null
  query.writeUInt16BE(type, query.length - 4)
  query.writeUInt16BE(CLASS_IN, query.length - 2)
  return query
}

/** A copy of a query for records of another type. */
export function queryOf(query: Buffer, type: QuestionType): Buffer {
  const other = Buffer.from(query)
  other.writeUInt16BE(type, query.length - 4)
  return other
}

/** Writes the first `end` characters of `name` as labels; false if one is empty or too long. */
function writeLabels(query: Buffer, name: string, end: number): boolean {
  // The length of a label goes where the dot before it is.
  let label = HEADER
  for (let at = 0; at <= end; at++) {
    const code = at === end ? DOT : name.charCodeAt(at)
    if (code === DOT) {
      const length = HEADER + at - label
      if (length === 0 || length > MAX_LABEL) return false
      query[label] = length
      label = HEADER + 1 + at
    } else query[HEADER + 1 + at] = code
  }
  return true
}
