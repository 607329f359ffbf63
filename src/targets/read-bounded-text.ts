import { isUtf8 } from 'node:buffer'
import { limitBytes } from './input-file.ts'
import { wrapReadErrors, ListError } from './read-targets.ts'

/** Reads UTF-8 text of at most `maxBytes`, without its byte order mark. Rejects with a ListError. */
export async function readBoundedText(
  maxBytes: number,
  from: AsyncIterable<Buffer>,
  name: string,
): Promise<string> {
  const pieces: Buffer[] = []
  for await (const chunk of wrapReadErrors(limitBytes(maxBytes, from), name)) pieces.push(chunk)
  const bytes = Buffer.concat(pieces)
  if (!isUtf8(bytes)) throw new ListError(name, 'it is not UTF-8')
  const text = bytes.toString()
  return text.startsWith('\ufeff') ? text.slice(1) : text
}
