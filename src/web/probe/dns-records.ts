import { QUERY_CLASSES, QUERY_TYPES } from '../../settings/dns-names.ts'
import { HEADER } from '../../poll/dns/query.ts'
import { Malformed } from '../../poll/dns/wire-name.ts'
import { readName } from './dns-name.ts'
import { readRdata } from './dns-rdata.ts'

// Reads answers in the DNS wire format (RFC 1035, section 4) as the exporter does, whose users match records as lines.

/** A record: its type, the whole as a line, and the serial number of an SOA. */
export interface DnsRecord {
  readonly type: number
  /** Such as `a.example.\t300\tIN\tA\t192.0.2.1`. */
  readonly line: string
  readonly ttl: number
  readonly serial: number | null
}

/** An answer. */
export interface DnsAnswer {
  readonly id: number
  /** With the upper bits that EDNS has room for (RFC 6891, section 6.1.3). */
  readonly rcode: number
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}

const SOA = 6
const OPT = 41

const TYPE_NAMES = new Map([...QUERY_TYPES].map(([name, number]) => [number, name]))
const CLASS_NAMES = new Map([...QUERY_CLASSES].map(([name, number]) => [number, name]))

/** Reads an answer; null if it is malformed. One that ends where a record could begin has no more of them. */
export function readAnswer(message: Buffer): DnsAnswer | null {
  if (message.length < HEADER) return null
  try {
    let at = HEADER
    for (let left = message.readUInt16BE(4); left > 0 && at < message.length; left--)
      at = readName(message, at).end + 4
    const sections = [6, 8, 10].map((offset) => {
      const records: DnsRecord[] = []
      for (let left = message.readUInt16BE(offset); left > 0 && at < message.length; left--) {
        const { record, end } = readRecord(message, at)
        records.push(record)
        at = end
      }
      return records
    })
    const [answers = [], authorities = [], additionals = []] = sections
    return {
      id: message.readUInt16BE(0),
      rcode: (message.readUInt16BE(2) & 0xf) | extendedRcode(additionals),
      answers,
      authorities,
      additionals,
    }
  } catch (error) {
    if (error instanceof Malformed) return null
    throw error
  }
}

/** The upper eight bits of the rcode, in their place: they are the first byte of what is the TTL in other records. */
function extendedRcode(additionals: readonly DnsRecord[]): number {
  const { ttl } = additionals.findLast(({ type }) => type === OPT) ?? { ttl: 0 }
  return (ttl >>> 24) << 4
}

function readRecord(message: Buffer, start: number): { record: DnsRecord; end: number } {
  const owner = readName(message, start)
  const at = owner.end
  const data = at + 10
  if (data > message.length) throw new Malformed()
  const type = message.readUInt16BE(at)
  const classNumber = message.readUInt16BE(at + 2)
  const end = data + message.readUInt16BE(at + 8)
  if (end > message.length) throw new Malformed()
  const ttl = message.readUInt32BE(at + 4)
  const fields = [
    owner.name,
    String(ttl),
    CLASS_NAMES.get(classNumber) ?? `CLASS${classNumber}`,
    TYPE_NAMES.get(type) ?? `TYPE${type}`,
    readRdata(message, type, data, end),
  ]
  const serial = type === SOA && end - data >= 20 ? message.readUInt32BE(end - 20) : null
  return { record: { type, line: fields.join('\t'), ttl, serial }, end }
}
