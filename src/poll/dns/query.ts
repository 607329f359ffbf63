// Questions in the DNS wire format (RFC 1035, section 4).

/** Types of records. */
export const TYPE = { A: 1, NS: 2, CNAME: 5, AAAA: 28 } as const

/** What a question asks for. */
export type QuestionType = (typeof TYPE)['A' | 'AAAA' | 'NS']

/** Bytes before a message's question. */
export const HEADER = 12

/** The class of the internet. */
export const CLASS_IN = 1

/** Bounds of a name and of each of its labels, in bytes. */
export const MAX_NAME = 255
export const MAX_LABEL = 63

const RD = 0x0100
const DOT = 0x2e

/** A query with id 0 for an absolute name, with or without the dot at its end; null when that is no name. No EDNS: no server refuses that. */
export function encodeQuery(name: string, type: QuestionType): Buffer | null {
  if (name === '') return null
  const end = name.endsWith('.') ? name.length - 1 : name.length
  const bytes = end === 0 ? 1 : end + 2
  if (bytes > MAX_NAME) return null
  // From Buffer's pool, which costs less than memory of its own.
  const query = Buffer.allocUnsafe(HEADER + bytes + 4).fill(0)
  query.writeUInt16BE(RD, 2)
  query.writeUInt16BE(1, 4)
  if (end > 0 && !writeLabels(query, name, end)) return null
  query.writeUInt16BE(type, query.length - 4)
  query.writeUInt16BE(CLASS_IN, query.length - 2)
  return query
}

/** The same query for records of another type. */
export function queryOf(query: Buffer, type: QuestionType): Buffer {
  const other = Buffer.from(query)
  other.writeUInt16BE(type, query.length - 4)
  return other
}

/** Writes the labels of the first `end` characters of `name`; false when one has no length that is allowed. */
function writeLabels(query: Buffer, name: string, end: number): boolean {
  // The byte before a label, where the name has a dot, holds the label's length.
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
