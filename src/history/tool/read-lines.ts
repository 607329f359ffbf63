/** The longest line of an export, in bytes. The longest that there is, of URLs that were in maintenance together, takes a thirtieth. */
export const MAX_LINE_BYTES = 16 * 2 ** 20

const LINE_FEED = 0x0a

/** The lines of a UTF-8 text, without their ends; null, and nothing more, at one that is longer than MAX_LINE_BYTES, which it does not keep. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string | null> {
  let begun: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      const rest = chunk.subarray(from, end)
      yield size === 0 ? lineText(rest) : lineText(Buffer.concat([...begun, rest]))
      from = end + 1
      begun = []
      size = 0
    }
    size += chunk.length - from
    if (size > MAX_LINE_BYTES) {
      yield null
      return
    }
    begun.push(chunk.subarray(from))
  }
  if (size > 0) yield lineText(Buffer.concat(begun))
}

function lineText(bytes: Buffer): string {
  const text = bytes.toString()
  return text.endsWith('\r') ? text.slice(0, -1) : text
}
