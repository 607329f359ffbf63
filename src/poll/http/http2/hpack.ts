import { decodeHuffman } from './huffman.ts'

/** A header field: its name in lower case and its value, as Latin-1. */
export type Field = readonly [name: string, value: string]

/** The static table of RFC 7541, appendix A. Its first entry has the index 1. */
const STATIC_TABLE: readonly Field[] = [
  ':authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|:scheme https|:status 200|:status 204',
  ':status 206|:status 304|:status 400|:status 404|:status 500|accept-charset|accept-encoding gzip, deflate',
  'accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control',
  'content-disposition|content-encoding|content-language|content-length|content-location|content-range|content-type',
  'cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since',
  'last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after',
  'server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate',
]
  .join('|')
  .split('|')
  .map((entry) => {
    const space = entry.indexOf(' ')
    return space === -1 ? [entry, ''] : [entry.slice(0, space), entry.slice(space + 1)]
  })

/** Size of the dynamic table, in bytes: the protocol's default, which our settings do not change. */
const TABLE_SIZE = 4096
/** Each entry of the dynamic table counts this many bytes more than its name and value. */
const ENTRY_OVERHEAD = 32
const MAX_ENTRIES = TABLE_SIZE / ENTRY_OVERHEAD
/** In the place of an entry that is no longer in the table. */
const EVICTED: Field = ['', '']
/** Integers from this on are rejected: no length or index that we accept is so large. */
const MAX_INTEGER = 2 ** 28
/** Each field counts this many bytes more than its name and value, as in HTTP/1 (`: ` and CRLF). */
const LINE_OVERHEAD = 4

/** Decodes the header blocks of one connection, in the order received. */
export class HpackDecoder {
  /** The dynamic table, as a ring: with an `unshift` for each field, a twentieth of a poll was spent on moving entries. */
  readonly #table: Field[] = []
  /** The sizes of its entries. An old entry is no longer in the caches of the processor when it leaves. */
  readonly #sizes = new Uint16Array(MAX_ENTRIES)
  /** Number of entries that were ever added, and that are in the table. */
  #added = 0
  #entries = 0
  #used = 0
  #size = TABLE_SIZE
  #decodedBytes = 0
  #block: Buffer = Buffer.alloc(0)
  #at = 0

  /** Size of the last block as HTTP/1 lines, in bytes. */
  get decodedBytes(): number {
    return this.#decodedBytes
  }

  /**
   * Decodes one block. `overflow`: it is larger than `maxBytes`. After `malformed` or `overflow` the connection can't be used
   * any more.
   */
  decode(block: Buffer, maxBytes: number): Field[] | 'malformed' | 'overflow' {
    this.#block = block
    this.#at = 0
    const fields: Field[] = []
    this.#decodedBytes = 0
    while (this.#at < block.length) {
      const first = block[this.#at] as number
      if (first >> 5 === 0b001) {
        // A size update is allowed only at the start of a block.
        if (fields.length > 0 || !this.#resize(this.#integer(5))) return 'malformed'
        continue
      }
      const field = this.#field(first)
      if (field === null) return 'malformed'
      this.#decodedBytes += field[0].length + field[1].length + LINE_OVERHEAD
      if (this.#decodedBytes > maxBytes) return 'overflow'
      fields.push(field)
    }
    return fields
  }

  #field(first: number): Field | null {
    if (first >= 0x80) return this.#entry(this.#integer(7))
    const indexed = first >= 0x40
    const index = this.#integer(indexed ? 6 : 4)
    const name = index === 0 ? this.#string() : (this.#entry(index)?.[0] ?? null)
    const value = name === null ? null : this.#string()
    if (name === null || value === null) return null
    const field: Field = [name, value]
    if (indexed) this.#add(field)
    return field
  }

  #entry(index: number): Field | null {
    const age = index - STATIC_TABLE.length
    if (age <= 0) return STATIC_TABLE[index - 1] ?? null
    return age <= this.#entries ? (this.#table[(this.#added - age) % MAX_ENTRIES] as Field) : null
  }

  /** Decodes an integer; -1 if it is malformed or too large. */
  #integer(prefix: number): number {
    const mask = 2 ** prefix - 1
    let value = (this.#block[this.#at++] ?? 0) & mask
    if (value < mask) return value
    for (let factor = 1; factor < MAX_INTEGER; factor *= 128) {
      const byte = this.#block[this.#at++]
      if (byte === undefined) return -1
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value < MAX_INTEGER ? value : -1
    }
    return -1
  }

  #string(): string | null {
    const isHuffman = ((this.#block[this.#at] ?? 0) & 0x80) !== 0
    if (this.#at >= this.#block.length) return null
    const length = this.#integer(7)
    const from = this.#at
    if (length < 0 || from + length > this.#block.length) return null
    this.#at = from + length
    if (!isHuffman) return this.#block.toString('latin1', from, this.#at)
    return decodeHuffman(this.#block.subarray(from, this.#at))
  }

  #resize(size: number): boolean {
    if (size < 0 || size > TABLE_SIZE) return false
    this.#size = size
    this.#evict(0)
    return true
  }

  #add(field: Field): void {
    const size = field[0].length + field[1].length + ENTRY_OVERHEAD
    this.#evict(size)
    // An entry larger than the table empties the table.
    if (size > this.#size) return
    this.#sizes[this.#added % MAX_ENTRIES] = size
    this.#table[this.#added++ % MAX_ENTRIES] = field
    this.#entries++
    this.#used += size
  }

  #evict(room: number): void {
    while (this.#used + room > this.#size && this.#entries > 0) {
      const oldest = (this.#added - this.#entries--) % MAX_ENTRIES
      this.#table[oldest] = EVICTED
      this.#used -= this.#sizes[oldest] as number
    }
  }
}

/** Encodes fields as literals that are never indexed: requests are few and short, so a table would save little. */
export function encodeFields(fields: readonly Field[]): Buffer {
  return Buffer.from(encodedText(fields), 'latin1')
}

/** The same as Latin-1: a Buffer for each part took a tenth of the time of a poll. */
export function encodedText(fields: readonly Field[]): string {
  let block = ''
  for (const [name, value] of fields)
    block += `${NEVER_INDEXED}${encodeLength(name)}${name}${encodeLength(value)}${value}`
  return block
}

const NEVER_INDEXED = '\x10'

/** The length of a string that is not Huffman-coded, one character for each byte. */
function encodeLength({ length }: string): string {
  if (length < 0x7f) return String.fromCharCode(length)
  let bytes = '\x7f'
  let rest = length - 0x7f
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += String.fromCharCode((rest % 0x80) + 0x80)
  return bytes + String.fromCharCode(rest)
}
