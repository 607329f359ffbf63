import { Packer } from '../resource/packer.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'

/** The most URLs in one message, which makes about half a megabyte. */
const MAX_URLS_PER_MESSAGE = 10_000

/** Packs URLs without their credentials, and what main knows of each, for `register` messages. */
export function* packUrls(table: ResourceTable, ids: Iterable<ResourceId>): Generator<ArrayBuffer> {
  const packer = new Packer()
  let packed = 0
  for (const id of ids) {
    packer.u32(id)
    packer.text(table.displayName(id))
    packer.u16(table.generation(id))
    packer.u8(VERDICTS.indexOf(table.verdict(id)))
    packer.u32(table.errCount(id))
    packer.text(table.labels(id))
    if (++packed % MAX_URLS_PER_MESSAGE === 0) yield packer.take()
  }
  if (packer.length > 0) yield packer.take()
}

/** Packs the ids of URLs for an `unregister` message. */
export function packIds(table: ResourceTable, ids: Iterable<ResourceId>): ArrayBuffer {
  const packer = new Packer()
  for (const id of ids) {
    packer.u32(id)
    packer.u16(table.generation(id))
  }
  return packer.take()
}
