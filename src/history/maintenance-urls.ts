import { BLOCK } from './poll-words.ts'
import { blockOf } from './resolutions.ts'

/** The URLs that are in maintenance now: a bit for each id, in blocks. Without any, there is nothing. */
export class MaintenanceUrls {
  readonly #blocks = new Map<number, Uint8Array>()

  get isEmpty(): boolean {
    return this.#blocks.size === 0
  }

  has(url: number): boolean {
    const bits = this.#blocks.get(blockOf(url))
    return bits !== undefined && hasBit(bits, url)
  }

  set(url: number, isIn: boolean): void {
    if (this.has(url) === isIn) return
    const block = blockOf(url)
    const bits = this.#blocks.get(block) ?? new Uint8Array(Math.ceil(BLOCK / 8))
    this.#blocks.set(block, bits)
    const local = url % BLOCK
    bits[local >> 3] = (bits[local >> 3] as number) ^ (1 << (local & 7))
    if (bits.every((byte) => byte === 0)) this.#blocks.delete(block)
  }

  /** The blocks that have any. */
  blocks(): Iterable<number> {
    return this.#blocks.keys()
  }

  /** The bits of a block, without zeros at their end; null if none of its URLs is in maintenance. */
  bits(block: number): Uint8Array | null {
    const bits = this.#blocks.get(block)
    return bits?.slice(0, bits.findLastIndex((byte) => byte !== 0) + 1) ?? null
  }
}

/** Whether the bits of its block say that a URL is in maintenance. */
export function hasBit(bits: Uint8Array, url: number): boolean {
  const local = url % BLOCK
  return (((bits[local >> 3] ?? 0) >> (local & 7)) & 1) === 1
}

/** The URLs of a block that have their bit set. */
export function* urlsOf(bits: Uint8Array, block: number): Generator<number> {
  for (let url = block * BLOCK; url < (block + 1) * BLOCK; url++) if (hasBit(bits, url)) yield url
}
