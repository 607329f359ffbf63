import { Packer, Unpacker } from '../../resource/packer.ts'
import { VERDICTS } from '../../resource/resource.ts'
import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { Slot } from './slots.ts'
import { KEY_LENGTH } from './text-hash.ts'

/** What is known of a URL and moves with it from machine to machine. In messages between threads, times are in ms of the monotonic clock. */
export interface Facts extends Slot {
  readonly verdict: Verdict
  readonly errCount: number
  readonly notBefore: number
  readonly headRefusedUntil: number
  readonly refusedStatus: number
}

/** The layout of a record. A record of a higher one was written by a newer headcount, and is left alone. */
const LAYOUT = 1

/** The bytes of one record. */
export const FACTS_BYTES = 40

/** Reads a record. `offset` is taken from its times. Null: it is of a layout that this version does not know. */
export function unpackFacts(from: Unpacker, offset: number): Facts | null {
  const layout = from.u8()
  const verdict = VERDICTS[from.u8()]
  const refusedStatus = from.u16()
  const errCount = from.u32()
  const [slotAt, dueAt, notBefore, headRefusedUntil] = [from.f64(), from.f64(), from.f64(), from.f64()]
  if (layout !== LAYOUT || verdict === undefined) return null
  return {
    verdict,
    refusedStatus,
    errCount,
    slotAt: slotAt - offset,
    dueAt: dueAt - offset,
    notBefore: notBefore === 0 ? 0 : notBefore - offset,
    headRefusedUntil: headRefusedUntil === 0 ? 0 : headRefusedUntil - offset,
  }
}

/** The bytes of a key and the record after it. */
const ENTRY_BYTES = KEY_LENGTH + FACTS_BYTES

/** What is known of URLs, as the engine is told it: the key of each and its record, which lies in the engine and has times of its clock. */
export class FactsRecords {
  #bytes = Buffer.allocUnsafe(0)
  readonly #places = new Map<string, number>()

  /** Adds a record, or puts it in the place of an earlier one of that key. `offset`: see `writeRecord`. */
  set(key: string, facts: Facts, offset: number): void {
    let place = this.#places.get(key)
    if (place === undefined) {
      place = this.#places.size * ENTRY_BYTES
      this.#places.set(key, place)
      this.#reserve(place + ENTRY_BYTES)
      this.#bytes.write(key, place, 'latin1')
    }
    writeRecord(this.#bytes, place + KEY_LENGTH, facts, offset)
  }

  /** All of them, one after another. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#places.size * ENTRY_BYTES)
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * bytes, 8 * ENTRY_BYTES))
    this.#bytes.copy(larger)
    this.#bytes = larger
  }
}

/** Writes a record. `offset` is added to its times: from the clock of this machine to that of the engine. 0 is no time, and stays. */
function writeRecord(record: Buffer, at: number, facts: Facts, offset: number): void {
  record[at] = LAYOUT
  record[at + 1] = VERDICTS.indexOf(facts.verdict)
  record.writeUInt16LE(facts.refusedStatus, at + 2)
  record.writeUInt32LE(facts.errCount, at + 4)
  record.writeDoubleLE(facts.slotAt + offset, at + 8)
  record.writeDoubleLE(facts.dueAt + offset, at + 16)
  record.writeDoubleLE(facts.notBefore === 0 ? 0 : facts.notBefore + offset, at + 24)
  record.writeDoubleLE(facts.headRefusedUntil === 0 ? 0 : facts.headRefusedUntil + offset, at + 32)
}

/** Reads a record that lies in the engine. Null: there is none, or this version can't read it. */
export function readFactsRecord(bytes: Uint8Array | undefined, offset: number): Facts | null {
  if (bytes === undefined || bytes.length !== FACTS_BYTES) return null
  return unpackFacts(new Unpacker(new Uint8Array(bytes).buffer), offset)
}

/** Facts of Resources, packed for another thread. */
export class FactsBatch {
  readonly #packer = new Packer()
  readonly #record = Buffer.allocUnsafe(FACTS_BYTES)

  /** How many bytes were written. */
  get length(): number {
    return this.#packer.length
  }

  add(id: ResourceId, facts: Facts): void {
    this.#packer.u32(id)
    writeRecord(this.#record, 0, facts, 0)
    this.#packer.raw(this.#record)
  }

  /** Returns the buffer to transfer. The batch is then empty. */
  take(): ArrayBuffer {
    return this.#packer.take()
  }
}

/** Calls `visit` with the facts of each Resource in a buffer that a FactsBatch has made. */
export function unpackFactsBatch(buffer: ArrayBuffer, visit: (id: ResourceId, facts: Facts) => void): void {
  const from = new Unpacker(buffer)
  while (from.hasMore) {
    const id = from.u32() as ResourceId
    const facts = unpackFacts(from, 0)
    if (facts !== null) visit(id, facts)
  }
}
