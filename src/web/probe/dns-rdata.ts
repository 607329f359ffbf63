import { ipv6 } from '../../poll/dns/answer-records.ts'
import { presentation } from '../../poll/dns/presentation.ts'
import { Malformed } from '../../poll/dns/wire-name.ts'
import { readName } from './dns-name.ts'

/** Takes the fields of a record one after another. */
class Fields {
  readonly message: Buffer
  at: number
  readonly end: number

  constructor(message: Buffer, at: number, end: number) {
    this.message = message
    this.at = at
    this.end = end
  }

  take(bytes: number): Buffer {
    if (this.at + bytes > this.end) throw new Malformed()
    this.at += bytes
    return this.message.subarray(this.at - bytes, this.at)
  }

  get rest(): Buffer {
    return this.take(this.end - this.at)
  }

  name(): string {
    const { name, end } = readName(this.message, this.at)
    if (end > this.end) throw new Malformed()
    this.at = end
    return name
  }

  /** Texts, each after its length, in quotes. */
  string(): string {
    const [length = 0] = this.take(1)
    return `"${presentation(this.take(length).toString('latin1'), '"\\')}"`
  }
}

/** What a letter of a format stands for. */
const READ: Readonly<Record<string, (fields: Fields) => string>> = {
  a: (fields) => fields.take(4).join('.'),
  '6': (fields) => addressOf(fields.take(16)),
  n: (fields) => fields.name(),
  '1': (fields) => String(fields.take(1).readUInt8()),
  '2': (fields) => String(fields.take(2).readUInt16BE()),
  '4': (fields) => String(fields.take(4).readUInt32BE()),
  s: (fields) => fields.string(),
  S(fields) {
    const texts: string[] = []
    while (fields.at < fields.end) texts.push(fields.string())
    return texts.join(' ')
  },
  /** The tag of CAA. */
  t(fields) {
    const [length = 0] = fields.take(1)
    return fields.take(length).toString('latin1')
  },
  /** What is left, in quotes. */
  q: (fields) => `"${presentation(fields.rest.toString('latin1'), '"\\')}"`,
  h: (fields) => fields.rest.toString('hex'),
  H: (fields) => fields.rest.toString('hex').toUpperCase(),
  b: (fields) => fields.rest.toString('base64'),
}

/** The fields of the types whose records the exporter writes in their own form: a letter of READ for each. */
const FORMATS: ReadonlyMap<number, string> = new Map([
  [1, 'a'], // A
  [2, 'n'], // NS
  [5, 'n'], // CNAME
  [6, 'nn44444'], // SOA
  [12, 'n'], // PTR
  [13, 'ss'], // HINFO
  [15, '2n'], // MX
  [16, 'S'], // TXT
  [18, '2n'], // AFSDB
  [28, '6'], // AAAA
  [33, '222n'], // SRV
  [35, '22sssn'], // NAPTR
  [36, '2n'], // KX
  [39, 'n'], // DNAME
  [43, '211H'], // DS
  [44, '11H'], // SSHFP
  [48, '211b'], // DNSKEY
  [52, '111h'], // TLSA
  [99, 'S'], // SPF
  [256, '22q'], // URI
  [257, '1tq'], // CAA
])

/** The first bytes of an IPv4-mapped address. */
const MAPPED = Buffer.from('00000000000000000000ffff', 'hex')

function addressOf(bytes: Buffer): string {
  return bytes.subarray(0, 12).equals(MAPPED) ? `::ffff:${bytes.subarray(12).join('.')}` : ipv6(bytes)
}

/** The data of a record as text: in the form of its type, or in that of RFC 3597. Throws Malformed. */
export function readRdata(message: Buffer, type: number, at: number, end: number): string {
  const format = FORMATS.get(type)
  const fields = new Fields(message, at, end)
  if (format === undefined) return `\\# ${end - at} ${fields.rest.toString('hex')}`
  // A record without data, as in an update.
  if (at === end) return ''
  const texts = format.split('').map((letter) => (READ[letter] as (typeof READ)[string])(fields))
  if (fields.at !== end) throw new Malformed()
  return texts.join(' ')
}
