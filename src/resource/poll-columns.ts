import { ensureCapacity } from './ensure-capacity.ts'
import type { Packer } from './packer.ts'
import type { ResourceBatch } from './resource-batch.ts'
import { VERDICTS } from './resource.ts'
import type { PolledResource, ResourceId, Verdict } from './resource.ts'

/** The fields of Resources that polls change, one typed array each. See `Resource` for their meaning. */
export class PollColumns {
  #dueAt = new Float64Array(64)
  #notBefore = new Float64Array(64)
  #headRefusedUntil = new Float64Array(64)
  #refusedStatus = new Uint16Array(64)
  #errCount = new Uint32Array(64)
  #verdict = new Uint8Array(64)

  /** Makes room for ids below `size`. */
  grow(size: number): void {
    this.#dueAt = ensureCapacity(this.#dueAt, size)
    this.#notBefore = ensureCapacity(this.#notBefore, size)
    this.#headRefusedUntil = ensureCapacity(this.#headRefusedUntil, size)
    this.#refusedStatus = ensureCapacity(this.#refusedStatus, size)
    this.#errCount = ensureCapacity(this.#errCount, size)
    this.#verdict = ensureCapacity(this.#verdict, size)
  }

  /** Sets a row to zeros, as of a Resource that was never polled. */
  clear(id: ResourceId): void {
    this.#dueAt[id] = 0
    this.#notBefore[id] = 0
    this.#headRefusedUntil[id] = 0
    this.#refusedStatus[id] = 0
    this.#errCount[id] = 0
    this.#verdict[id] = 0
  }

  verdict(id: ResourceId): Verdict {
    return VERDICTS[this.#verdict[id] as number] as Verdict
  }

  errCount(id: ResourceId): number {
    return this.#errCount[id] as number
  }

  dueAt(id: ResourceId): number {
    return this.#dueAt[id] as number
  }

  setDueAt(id: ResourceId, dueAt: number): void {
    this.#dueAt[id] = dueAt
  }

  read(id: ResourceId): PolledResource {
    return {
      id,
      dueAt: this.dueAt(id),
      errCount: this.errCount(id),
      verdict: this.verdict(id),
      notBefore: this.#notBefore[id] as number,
      headRefusedUntil: this.#headRefusedUntil[id] as number,
      refusedStatus: this.#refusedStatus[id] as number,
    }
  }

  /** Writes a row. Zeros are not written over zeros: pages that are never written cost no memory (see `ensureCapacity`). */
  write(resource: PolledResource): void {
    const { id } = resource
    this.#dueAt[id] = resource.dueAt
    this.#verdict[id] = VERDICTS.indexOf(resource.verdict)
    if (this.#errCount[id] !== resource.errCount) this.#errCount[id] = resource.errCount
    if (this.#notBefore[id] !== resource.notBefore) this.#notBefore[id] = resource.notBefore
    if (this.#headRefusedUntil[id] !== resource.headRefusedUntil)
      this.#headRefusedUntil[id] = resource.headRefusedUntil
    if (this.#refusedStatus[id] !== resource.refusedStatus) this.#refusedStatus[id] = resource.refusedStatus
  }

  /** Begins a row of a batch. The caller writes the rest of it: see `ResourceBatch.addRow`. */
  pack(id: ResourceId, batch: ResourceBatch): Packer {
    return batch.addRow(
      id,
      this.#dueAt[id] as number,
      this.#errCount[id] as number,
      this.#verdict[id] as number,
      this.#notBefore[id] as number,
      this.#headRefusedUntil[id] as number,
      this.#refusedStatus[id] as number,
    )
  }
}
