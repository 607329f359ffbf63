import { Packer } from '../resource/pack.ts'
import { VERDICTS } from '../resource/resource.ts'
import { shownUrl } from '../resource/shown-url.ts'
import type { ResourceTable } from '../resource/table.ts'

/** URLs in one message: about half a megabyte. */
const URLS_A_MESSAGE = 10_000

/** The URLs of a list, without credentials, and what main knows of them, as the monitor takes them in: some buffers. */
export function* packUrls(table: ResourceTable): Generator<ArrayBuffer> {
  const packer = new Packer()
  for (const id of table.ids()) {
    packer.u32(id)
    packer.text(shownUrl(table.url(id)))
    packer.u8(VERDICTS.indexOf(table.verdict(id)))
    packer.u32(table.errCount(id))
    packer.text(table.labels(id))
    if ((id + 1) % URLS_A_MESSAGE === 0) yield packer.take()
  }
  if (packer.length > 0) yield packer.take()
}
