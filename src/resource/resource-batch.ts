import { Packer, Unpacker } from './packer.ts'
import { VERDICTS } from './resource.ts'
import type { PolledResource, Resource, ResourceId, Url } from './resource.ts'

/**
 * Resources on their way to another thread. They are packed into one ArrayBuffer, which is transferred, so the sender keeps
 * nothing of them.
 */
export class ResourceBatch {
  /** The Resources of the batch for which the poller has to report the start of the poll. */
  readonly suspects: ResourceId[] = []
  readonly #packer = new Packer()
  #size = 0

  /** How many Resources it holds. */
  get size(): number {
    return this.#size
  }

  /** Adds a Resource. The caller must not use it any more. */
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
   * Adds a Resource from the columns of a table. `verdict` is its index in VERDICTS. The caller then writes generation,
   * profile and URL into the returned packer. So a table can copy the bytes of the URL: making a string of each would be a
   * third of the work of main.
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

  /** Returns the buffer to transfer. The batch is then empty. */
  take(): ArrayBuffer {
    this.#size = 0
    return this.#packer.take()
  }
}

/** Reads the Resources of a buffer that a ResourceBatch has made. */
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

/** The same without the fields that main knows already. */
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
