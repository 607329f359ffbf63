// Replies in the DNS wire format (RFC 1035, section 4), as far as look-ups of addresses need them. Names are kept in wire form:
// a string of one character a byte, each label after its length, in lower case, without the zero at the end.

import { CLASS_IN, HEADER, MAX_LABEL, MAX_NAME, TYPE } from './query.ts'

/** A reply that belongs to its question. */
export interface Reply {
  readonly rcode: number
  /** The server had more to say than fits into a datagram. */
  readonly truncated: boolean
  readonly addresses: readonly string[]
  /** The shortest of the records that lead to the addresses, in ms. */
  readonly ttlMs: number
}

/** Of one family, kept of one name. A message of 64 KiB holds 4,000. */
export const MAX_ADDRESSES = 1_024

/** Aliases that are followed within one reply; resolvers stop at 8 to 16 themselves. */
const MAX_ALIASES = 32

/** A pointer to the name of the question. */
const TO_QUESTION = 0xc0_00 | HEADER

const QR = 0x8000
const OPCODE = 0x7800
const TC = 0x0200

/** Rcodes of servers that may not have understood the question, and leave it out of their reply. */
const MAY_LACK_QUESTION: ReadonlySet<number> = new Set([1, 2, 4, 5])

const NONE: readonly string[] = []
const NOTHING = { addresses: NONE, ttlMs: 0 } as const

/** Pointers of one name: as many as it can have labels. Without a bound, those of a message of 64 KiB take half a second. */
const MAX_POINTERS = 127

/** Thrown and caught in here. */
class Malformed extends Error {}

/**
 * Reads the reply to `query`: 'foreign' when it answers another question, 'malformed' when it makes no sense. The
 * sections after the answers are not looked at.
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
  // Half of all replies, where names have addresses of one family.
  const count = message.readUInt16BE(6)
  if (count === 0) return { rcode, truncated, addresses: NONE, ttlMs: 0 }
  if (count === 1 && !truncated) {
    const reply = readOnly(message, query, rcode)
    if (reply !== null) return reply
  }
  const records = new Records(message, query)
  try {
    records.read()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    // What is truncated may end in the middle of a record.
    if (!truncated) return 'malformed'
  }
  return { rcode, truncated, ...records.found() }
}

/** The commonest answer, one IPv4 address that belongs to the question's own name, without the objects that others take; null for any other. */
function readOnly(message: Buffer, query: Buffer, rcode: number): Reply | null {
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

function sameQuestion(message: Buffer, query: Buffer): boolean {
  if (message.length < query.length) return false
  for (let at = HEADER; at < query.length; at++) {
    if (lower(message[at] ?? 0) !== lower(query[at] ?? 0)) return false
  }
  return true
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte
}

/** The answer section: addresses by the name that has them, and aliases. Bounded by the message. */
class Records {
  readonly #message: Buffer
  readonly #name: string
  readonly #type: number
  #at: number
  #aliases: Map<string, { readonly target: string; readonly ttl: number }> | null = null
  readonly #addresses: { readonly owner: string; readonly address: string; readonly ttl: number }[] = []

  constructor(message: Buffer, query: Buffer) {
    this.#message = message
    this.#name = wireName(query, HEADER).name
    this.#type = query.readUInt16BE(query.length - 4)
    this.#at = query.length
  }

  /** Throws Malformed. */
  read(): void {
    const message = this.#message
    for (let left = message.readUInt16BE(6); left > 0; left--) {
      const owner = this.#owner()
      const data = this.#at + 10
      if (data > message.length) throw new Malformed()
      const type = message.readUInt16BE(this.#at)
      const isInternet = message.readUInt16BE(this.#at + 2) === CLASS_IN
      const ttl = message.readInt32BE(this.#at + 4)
      const length = message.readUInt16BE(this.#at + 8)
      this.#at = data + length
      if (this.#at > message.length) throw new Malformed()
      if (!isInternet) continue
      // A negative one counts as none (RFC 2181, section 8).
      if (type === TYPE.CNAME) this.#alias(owner, data, Math.max(0, ttl))
      else if (type === this.#type) this.#address(owner, data, length, Math.max(0, ttl))
    }
  }

  /** The addresses of the name that was asked for, aliases followed. */
  found(): Pick<Reply, 'addresses' | 'ttlMs'> {
    if (this.#addresses.length === 0) return NOTHING
    let owner = this.#name
    let ttl = Infinity
    for (let hops = 0; hops < MAX_ALIASES; hops++) {
      const alias = this.#aliases?.get(owner)
      if (alias === undefined) break
      owner = alias.target
      ttl = Math.min(ttl, alias.ttl)
    }
    const addresses = new Set<string>()
    for (const record of this.#addresses) {
      if (record.owner !== owner || addresses.size === MAX_ADDRESSES) continue
      addresses.add(record.address)
      ttl = Math.min(ttl, record.ttl)
    }
    return { addresses: [...addresses], ttlMs: addresses.size === 0 ? 0 : ttl * 1e3 }
  }

  #owner(): string {
    // Nearly always a pointer to the question.
    if (this.#message[this.#at] === TO_QUESTION >> 8 && this.#message[this.#at + 1] === HEADER) {
      this.#at += 2
      return this.#name
    }
    const { name, end } = wireName(this.#message, this.#at)
    this.#at = end
    return name
  }

  #alias(owner: string, data: number, ttl: number): void {
    const { name: target, end } = wireName(this.#message, data)
    if (end !== this.#at) throw new Malformed()
    this.#aliases ??= new Map()
    if (!this.#aliases.has(owner)) this.#aliases.set(owner, { target, ttl })
  }

  #address(owner: string, data: number, length: number, ttl: number): void {
    if (this.#type === TYPE.NS) return
    if (length !== (this.#type === TYPE.A ? 4 : 16)) throw new Malformed()
    const message = this.#message
    const address = this.#type === TYPE.A ? ipv4(message, data) : ipv6(message.subarray(data, this.#at))
    this.#addresses.push({ owner, address, ttl })
  }
}

/** Throws Malformed. A pointer leads to what stands before it, so that there is no loop. */
function wireName(message: Buffer, start: number): { name: string; end: number } {
  let name = ''
  let end = 0
  let least = start
  let pointers = 0
  for (let at = start; ;) {
    const length = message[at]
    if (length === undefined) throw new Malformed()
    if (length >= 0xc0) {
      const low = message[at + 1]
      const target = ((length & 0x3f) << 8) | (low ?? 0)
      if (low === undefined || target >= least || ++pointers > MAX_POINTERS) throw new Malformed()
      if (end === 0) end = at + 2
      at = least = target
    } else {
      if (length > MAX_LABEL || at + 1 + length > message.length) throw new Malformed()
      if (length === 0) return { name: name.toLowerCase(), end: end === 0 ? at + 1 : end }
      name += message.toString('latin1', at, at + 1 + length)
      if (name.length >= MAX_NAME) throw new Malformed()
      at += 1 + length
    }
  }
}

function ipv4(message: Buffer, at: number): string {
  return `${message[at]}.${message[at + 1]}.${message[at + 2]}.${message[at + 3]}`
}

/** In its shortest form (RFC 5952), as `URL` and the system write it. */
function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(2 * n).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
