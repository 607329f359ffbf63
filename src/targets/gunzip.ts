import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { chunks as chunksOf } from './read.ts'

/** What gzip begins with (RFC 1952, 2.3.1). */
const MAGIC = 0x1f_8b

/** What the chunks hold: unpacked when they begin as gzip does, else as they are. Throws a ListError when it is broken. */
export async function* gunzipped(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const rest = chunks[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < 2) {
    const next = await rest.next()
    if (next.done === true) break
    head = Buffer.concat([head, next.value])
  }
  const all = joined(head, { [Symbol.asyncIterator]: () => rest })
  if (head.length < 2 || head.readUInt16BE() !== MAGIC) yield* all
  else {
    const gunzip = createGunzip()
    // Its errors are also those of what is read here.
    pipeline(Readable.from(all), gunzip, () => {})
    yield* chunksOf(gunzip, name)
  }
}

async function* joined(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* rest
}
