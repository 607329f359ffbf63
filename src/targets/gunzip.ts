import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ListError } from './read-targets.ts'

/** What gzip begins with (RFC 1952, 2.3.1). */
const GZIP_MAGIC = 0x1f_8b

/** What the chunks hold: unpacked when they begin as gzip does, else as they are. Throws a ListError when it is broken. */
export async function* gunzipIfPacked(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const rest = chunks[Symbol.asyncIterator]()
  try {
    let head: Buffer = Buffer.alloc(0)
    while (head.length < 2) {
      const next = await rest.next()
      if (next.done === true) break
      head = Buffer.concat([head, next.value])
    }
    const all = prepend(head, { [Symbol.asyncIterator]: () => rest })
    if (head.length < 2 || head.readUInt16BE() !== GZIP_MAGIC) yield* all
    else yield* decompress(all, name)
  } finally {
    // Whoever stops before anything came from here has not ended it.
    await rest.return?.()
  }
}

async function* prepend(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* rest
}

async function* decompress(packed: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  // Its errors are also those of what is read here.
  pipeline(Readable.from(packed), gunzip, () => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (cause) {
    if (cause instanceof ListError) throw cause
    throw new ListError(name, 'its gzip is broken, or ends in the middle', cause)
  }
}
