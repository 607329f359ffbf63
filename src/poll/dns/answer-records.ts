import { CLASS_IN, HEADER, TO_QUESTION, TYPE } from './query.ts'
import { Malformed, wireName } from './wire-name.ts'

/** Maximum number of addresses kept for a name and family. A message of 64 KiB holds 4,000. */
export const MAX_ADDRESSES = 1_024

/** Maximum number of aliases (CNAME) followed in a reply. Resolvers themselves stop at 8 to 16. */
const MAX_ALIASES = 32

const NOTHING: Addresses = { addresses: [], ttlMs: 0 }

/** Addresses and their time to live. */
interface Addresses {
  readonly addresses: readonly string[]
  readonly ttlMs: number
}

/** The answer section of a reply: addresses by their owner, and aliases. Bounded by the size of the message. */
export class AnswerRecords {
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

  /** Reads all records. Throws Malformed. */
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
      // A negative time to live counts as 0 (RFC 2181, section 8).
      if (type === TYPE.CNAME) this.#alias(owner, data, Math.max(0, ttl))
      else if (type === this.#type) this.#address(owner, data, length, Math.max(0, ttl))
    }
  }

  /** The addresses of the name asked for. Follows aliases. */
  addresses(): Addresses {
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
    // Nearly always a pointer to the name of the question.
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

/** The IPv4 address at `at`. */
export function ipv4(message: Buffer, at: number): string {
  return `${message[at]}.${message[at + 1]}.${message[at + 2]}.${message[at + 3]}`
}

/** The IPv6 address in its shortest form (RFC 5952), as `URL` and the system write it. */
export function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(2 * n).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
