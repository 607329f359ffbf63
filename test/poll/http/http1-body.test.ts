import test from 'ava'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { Http1Body } from '../../../src/poll/http/http1-body.ts'
import type { Head } from '../../../src/poll/http/parse-head.ts'

/** What a body is that arrives in these pieces, and what `push` returns for the last one. */
function read(
  framing: Head['body'],
  ...pieces: readonly string[]
): [data: string, left: number | string | null] {
  let data = ''
  const body = new Http1Body(framing, (bytes) => (data += bytes.toString('latin1')))
  let left: number | string | null = null
  for (const piece of pieces) {
    const pushed = body.push(Buffer.from(piece, 'latin1'))
    if (isFailure(pushed)) return [data, pushed.reason]
    left = pushed
  }
  return [data, left]
}

const CHUNKED = '4\r\nall \r\n0006;a="b"\r\nready,\r\nD\r\nmore and more\r\n0\r\nX: y\r\nZ:\r\n\r\n'
const DATA = 'all ready,more and more'

test('chunks that arrive in two pieces, cut anywhere, or byte by byte', (t) => {
  t.deepEqual(read('chunked', ...CHUNKED), [DATA, 0])
  for (let at = 1; at < CHUNKED.length; at++)
    t.deepEqual(read('chunked', CHUNKED.slice(0, at), CHUNKED.slice(at)), [DATA, 0], `cut at ${at}`)
})

test('the beginning of chunks is the beginning of the body, and no end', (t) => {
  for (let at = 0; at < CHUNKED.length; at++) {
    const [data, left] = read('chunked', CHUNKED.slice(0, at))
    t.is(left, null, `cut at ${at}`)
    t.true(DATA.startsWith(data))
  }
})

test('the size of a chunk may begin with zeros, up to 16 digits', (t) => {
  t.deepEqual(read('chunked', '0000000000000002\r\nok\r\n0000000000000000\r\n\r\n'), ['ok', 0])
  for (const size of ['00000000000000002', '1000000000000', ''])
    t.is(read('chunked', `${size}\r\n`)[1], 'protocol', size)
})

test('a space after the size, and lines that end in LF only', (t) => {
  t.deepEqual(read('chunked', '2 \nok\n0\n\n'), ['ok', 0])
})

test('what follows a body is counted', (t) => {
  t.deepEqual(read('chunked', '0\r\n\r\nabc'), ['', 3])
  t.deepEqual(read(3, 'ab', 'cde'), ['abc', 2])
  t.deepEqual(read(0, 'x'), ['', 1])
  t.deepEqual(read('until-close', 'ab', 'c'), ['abc', null])
})

test('chunks that clients refuse', (t) => {
  for (const bytes of [
    'x\r\n',
    '\r\n',
    '-1\r\n',
    '0x1\r\n',
    '1\r\nab\r\n',
    '1'.repeat(20),
    '1234567890123\r\n',
  ])
    t.is(read('chunked', bytes, '\n')[1], 'protocol', JSON.stringify(bytes))
})
