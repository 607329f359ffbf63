import { Packer, Unpacker } from './packer.ts'
import { VERDICTS } from './resource.ts'
import type { PolledResource, Resource, ResourceId, Url } from './resource.ts'

/**
 * Resources on their way from one thread to another: packed into one ArrayBuffer, which is transferred, so that the
 * sender has nothing left of them.
 */
export class ResourceBatch {
  /** Those of them of whose polls the poller is to tell main when they begin. */
  readonly suspects: ResourceId[] = []
  readonly #packer = new Packer()
  #size = 0

  /** How many Resources it holds. */
  get size(): number {
    return this.#size
  }

  /** Puts a Resource in: who had it must forget it. */
  add(resource: Resource): void {
    const { id, dueAt, errCount, verdict, notBefore, headRefusedUntil, refusedStatus } = resource
    const { generation, profile, url } = resource
    const code = VERDICTS.indexOf(verdict)
    const row = this.addRow(id, dueAt, errCount, code, notBefore, headRefusedUntil, refusedStatus)
    row.u16(generation)
    row.u16(profile)
    row.text(url)
  }

  /**
   * Puts a Resource in that lies in the columns of a table, with its verdict's code. The caller writes its
   * generation, profile and URL into the packer that this gives: the URL from bytes to bytes, since making a string of each
   * would be a third of main's work.
   */
  addRow(
    id: ResourceId,
    dueAt: number,
    errCount: number,
    verdict: number,
    notBefore: number,
    headRefusedUntil: number,
    refusedStatus: number,
  ): Packer {
    const packer = this.#packer
    packer.u32(id)
    packer.f64(dueAt)
    packer.u32(errCount)
    packer.u8(verdict)
    packer.f64(notBefore)
    packer.f64(headRefusedUntil)
    packer.u16(refusedStatus)
    this.#size++
    return packer
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
  while (from.hasMore) {
    const { id, dueAt, errCount, verdict, notBefore, headRefusedUntil, refusedStatus } = unpackOne(from)
    const generation = from.u16()
    const profile = from.u16()
    const url = from.text() as Url
    resources.push({
      id,
      dueAt,
      errCount,
      verdict,
      notBefore,
      headRefusedUntil,
      refusedStatus,
      generation,
      profile,
      url,
    })
  }
  return resources
}

/** The same for main, which knows the URLs. */
export function unpackPolled(buffer: ArrayBuffer): PolledResource[] {
  const from = new Unpacker(buffer)
  const polled: PolledResource[] = []
  while (from.hasMore) {
    polled.push(unpackOne(from))
    from.u16()
    from.u16()
    from.skipText()
  }
  return polled
}

function unpackOne(from: Unpacker): PolledResource {
  return {
    id: from.u32() as ResourceId,
    dueAt: from.f64(),
    errCount: from.u32(),
    verdict: VERDICTS[from.u8()] as Resource['verdict'],
    notBefore: from.f64(),
    headRefusedUntil: from.f64(),
    refusedStatus: from.u16(),
  }
}
