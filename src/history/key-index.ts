import { fnv1a } from '../resource/fnv.ts'
import { ensureCapacity } from '../resource/ensure-capacity.ts'

/** In slots: a power of two. */
const MIN_SIZE = 64

/**
 * Finds the ids that a key may have, by 32 bits of a hash: 12 to 20 bytes for each id. Keys are not kept, so whoever asks compares them. An id
 * stays when its URL is removed from the table.
 */
export class KeyIndex {
  /** Open addressing: the id, 0 for an empty slot. At most half of them are taken. */
  #slots = new Uint32Array(MIN_SIZE)
  /** By id. */
  #hashes = new Uint32Array(MIN_SIZE)
  #size = 0

  /** An id, above 0, has this key. */
  add(key: string, id: number): void {
    if (++this.#size * 2 > this.#slots.length) this.#grow()
    const hash = hashOf(key)
    this.#hashes = ensureCapacity(this.#hashes, id + 1)
    this.#hashes[id] = hash
    this.#slots[this.#freeSlot(hash)] = id
  }

  /** The id that most likely has a key; 0: none has it. */
  first(key: string): number {
    const hash = hashOf(key)
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (;;) {
      const id = this.#slots[slot] as number
      if (id === 0 || this.#hashes[id] === hash) return id
      slot = (slot + 1) & mask
    }
  }

  /** The ids that may have a key, the first added first: mostly one or none. */
  candidates(key: string): number[] {
    const hash = hashOf(key)
    const ids: number[] = []
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot] as number
      if (id === 0) return ids
      if (this.#hashes[id] === hash) ids.push(id)
    }
  }

  #freeSlot(hash: number): number {
    const mask = this.#slots.length - 1
    let slot = hash & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const slots = this.#slots
    this.#slots = new Uint32Array(slots.length * 2)
    for (const id of slots) if (id !== 0) this.#slots[this.#freeSlot(this.#hashes[id] as number)] = id
  }
}

/** A hash with its bits mixed: slots are chosen by the lowest. */
function hashOf(text: string): number {
  let hash = fnv1a(text)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
