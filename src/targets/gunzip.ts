import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ListError } from './read-targets.ts'

/** The first two bytes of gzip (RFC 1952, 2.3.1). */
const GZIP_MAGIC = 0x1f_8b

/** Decompresses the chunks if they begin like gzip, else passes them on. Throws a ListError if the gzip is broken. */
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
    // A reader that stops before the first chunk has not closed the source.
    await rest.return?.()
  }
}

async function* prepend(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* rest
}

async function* decompress(packed: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  // The loop below sees the errors too.
  pipeline(Readable.from(packed), gunzip, () => {})
  try {
    for await (const chunk of gunzip) yield chunk as Buffer
  } catch (cause) {
    if (cause instanceof ListError) throw cause
    throw new ListError(name, 'its gzip data is broken or incomplete', cause)
  }
}
