import { Packer, Unpacker } from './pack.ts'
import { VERDICTS } from './resource.ts'
import type { Resource, ResourceId, Url } from './resource.ts'

/**
 * Resources on their way from one thread to another: packed into one ArrayBuffer, which is transferred, so that the
 * sender has nothing left of them.
 */
export class ResourceBatch {
  readonly #packer = new Packer()
  #size = 0

  /** How many Resources it holds. */
  get size(): number {
    return this.#size
  }

  /** Puts a Resource in: who had it must forget it. */
  add(resource: Resource): void {
    const packer = this.#packer
    packer.u32(resource.id)
    packer.f64(resource.dueAt)
    packer.u32(resource.errCount)
    packer.u8(VERDICTS.indexOf(resource.verdict))
    packer.f64(resource.notBefore)
    packer.f64(resource.headRefusedUntil)
    packer.text(resource.url)
    this.#size++
  }

  /** The buffer to transfer; the batch is empty after. */
  take(): ArrayBuffer {
    this.#size = 0
    return this.#packer.take()
  }
}

/** The Resources in a buffer that a ResourceBatch made. */
export function unpackResources(buffer: ArrayBuffer): Resource[] {
  const from = new Unpacker(buffer)
  const resources: Resource[] = []
  while (from.more) {
    const id = from.u32() as ResourceId
    const dueAt = from.f64()
    const errCount = from.u32()
    const verdict = VERDICTS[from.u8()] as Resource['verdict']
    const notBefore = from.f64()
    const headRefusedUntil = from.f64()
    resources.push({ id, dueAt, errCount, verdict, notBefore, headRefusedUntil, url: from.text() as Url })
  }
  return resources
}
