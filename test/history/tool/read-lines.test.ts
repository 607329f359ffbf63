import { Readable } from 'node:stream'
import test from 'ava'
import { MAX_LINE_BYTES, readLines } from '../../../src/history/tool/read-lines.ts'

async function linesOf(chunks: Iterable<Buffer>): Promise<(string | null)[]> {
  const lines: (string | null)[] = []
  for await (const line of readLines(Readable.from(chunks, { objectMode: true }))) lines.push(line)
  return lines
}

test('lines, however they are cut in pieces', async (t) => {
  const text = Buffer.from('{"a":"ä😀"}\r\n\n{"b":2}\nlast')
  const lines = ['{"a":"ä😀"}', '', '{"b":2}', 'last']
  t.deepEqual(await linesOf([text]), lines)
  t.deepEqual(await linesOf(Array.from(text, (byte) => Buffer.of(byte))), lines)
  t.deepEqual(await linesOf([text, Buffer.from('\n')]), lines)
  t.deepEqual(await linesOf([]), [])
})

test('a line without an end is not kept, and nothing of what follows is read', async (t) => {
  let pieces = 0
  function* endless() {
    yield Buffer.from('first\n')
    for (;;) {
      pieces++
      yield Buffer.alloc(2 ** 20)
    }
  }
  t.deepEqual(await linesOf(endless()), ['first', null])
  // The stream reads ahead.
  t.true(pieces <= MAX_LINE_BYTES / 2 ** 20 + 2)
})
