import { isUtf8 } from 'node:buffer'
import { ListError } from './read.ts'

/** The chunks, up to so many bytes in all. Throws a ListError on more. */
export async function* atMost(
  bytes: number,
  chunks: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<Buffer> {
  let seen = 0
  for await (const chunk of chunks) {
    seen += chunk.length
    if (seen > bytes) throw new ListError(name, `it is larger than ${bytes / 2 ** 20} MiB`)
    yield chunk
  }
}

/** All of a UTF-8 text of at most so many bytes, without a byte order mark. Rejects with a ListError. */
export async function textOf(bytes: number, chunks: AsyncIterable<Buffer>, name: string): Promise<string> {
  const pieces: Buffer[] = []
  for await (const chunk of atMost(bytes, chunks, name)) pieces.push(chunk)
  const whole = Buffer.concat(pieces)
  if (!isUtf8(whole)) throw new ListError(name, 'it is not UTF-8')
  const text = whole.toString()
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
