import { Packer, Unpacker } from '../../resource/packer.ts'
import { VERDICTS } from '../../resource/resource.ts'
import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { Slot } from './slots.ts'

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

/** Writes a record. `offset` is added to its times: from the clock of this machine to that of the engine. 0 is no time, and stays. */
export function packFacts(packer: Packer, facts: Facts, offset: number): void {
  packer.u8(LAYOUT)
  packer.u8(VERDICTS.indexOf(facts.verdict))
  packer.u16(facts.refusedStatus)
  packer.u32(facts.errCount)
  packer.f64(facts.slotAt + offset)
  packer.f64(facts.dueAt + offset)
  packer.f64(facts.notBefore === 0 ? 0 : facts.notBefore + offset)
  packer.f64(facts.headRefusedUntil === 0 ? 0 : facts.headRefusedUntil + offset)
}

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

/** A record by itself, as it lies in the engine, in whose time its times are. */
export function factsRecord(facts: Facts, offset: number): Buffer {
  // A Packer of its own for each record, which begins with a kilobyte, would cost most of what a poll costs here.
  const record = Buffer.allocUnsafe(FACTS_BYTES)
  record[0] = LAYOUT
  record[1] = VERDICTS.indexOf(facts.verdict)
  record.writeUInt16LE(facts.refusedStatus, 2)
  record.writeUInt32LE(facts.errCount, 4)
  record.writeDoubleLE(facts.slotAt + offset, 8)
  record.writeDoubleLE(facts.dueAt + offset, 16)
  record.writeDoubleLE(facts.notBefore === 0 ? 0 : facts.notBefore + offset, 24)
  record.writeDoubleLE(facts.headRefusedUntil === 0 ? 0 : facts.headRefusedUntil + offset, 32)
  return record
}

/** Reads a record that lies in the engine. Null: there is none, or this version can't read it. */
export function readFactsRecord(bytes: Uint8Array | undefined, offset: number): Facts | null {
  if (bytes === undefined || bytes.length !== FACTS_BYTES) return null
  return unpackFacts(new Unpacker(Uint8Array.from(bytes).buffer), offset)
}

/** Facts of Resources, packed for another thread. */
export class FactsBatch {
  readonly #packer = new Packer()

  /** How many bytes were written. */
  get length(): number {
    return this.#packer.length
  }

  add(id: ResourceId, facts: Facts): void {
    this.#packer.u32(id)
    packFacts(this.#packer, facts, 0)
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
