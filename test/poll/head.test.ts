import test from 'ava'
import { isFailure } from '../../src/poll/flight.ts'
import { HeadReader } from '../../src/poll/head.ts'
import { MOST_HEAD } from '../../src/poll/tap.ts'

/** What a reader says of an answer that comes in these pieces. */
function read(...pieces: readonly string[]): string {
  const reader = new HeadReader()
  for (const piece of pieces) {
    const found = reader.read(Buffer.from(piece, 'latin1'))
    if (found === null) continue
    return isFailure(found) ? found.reason : JSON.stringify(found)
  }
  return 'more'
}

const FULL =
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n' +
  'HTTP/1.1 503 Bus\xff\r\nlocation: /a b \r\nRETRY-AFTER:60\r\nContent-Length: 7\r\nConnection: a, Close\r\n' +
  'Keep-Alive: timeout=5, max=9\r\nX:\r\nLocation: /other\r\n\r\n'

test('what a head says', (t) => {
  t.is(
    read(`${FULL}123`),
    JSON.stringify({
      head: {
        status: 503,
        version: '1.1',
        phrase: 'Bus\xff',
        location: '/a b',
        retryAfter: '60',
        body: true,
        keeps: false,
        keepsSeconds: 5,
      },
      rest: 3,
    }),
  )
})

test('it may come in two pieces, cut anywhere, or byte by byte', (t) => {
  const whole = read(FULL)
  t.regex(whole, /"rest":0/)
  for (let at = 1; at < FULL.length; at++)
    t.is(read(FULL.slice(0, at), FULL.slice(at)), whole, `cut at ${at}`)
  t.is(read(...FULL), whole)
})

test('no beginning of a head is one, or an error', (t) => {
  for (let at = 0; at < FULL.length; at++) t.is(read(FULL.slice(0, at)), 'more', `cut at ${at}`)
})

const keeps = test.macro((t, head: string, expected: boolean) => {
  t.regex(read(`${head}\r\n\r\n`), new RegExp(`"keeps":${expected}`))
})
test('1.1 keeps', keeps, 'HTTP/1.1 200 OK', true)
test('1.1 that closes', keeps, 'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nconnection: x,\tCLOSE', false)
test('1.0 closes', keeps, 'HTTP/1.0 200 OK', false)
test('1.0 that keeps', keeps, 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive', true)
test('1.0 that says both', keeps, 'HTTP/1.0 200 OK\r\nConnection: close, keep-alive', false)

for (const [head, body] of [
  ['HTTP/1.1 200 OK', true],
  ['HTTP/1.1 200 OK\r\nContent-Length: 00', false],
  ['HTTP/1.1 200 OK\r\nContent-Length: 10 ', true],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked', true],
  ['HTTP/1.1 204 OK\r\nContent-Length: 10', false],
  ['HTTP/1.1 304 OK\r\nContent-Length: 10', false],
] as const) {
  test(`tells of a body: ${JSON.stringify(head)}`, (t) => {
    t.regex(read(`${head}\r\n\r\n`), new RegExp(`"body":${body}`))
  })
}

/** None of these needs its end to be refused: who sends such a thing may never end it. */
const REFUSED = [
  ...[
    'S',
    '<',
    '\r',
    '\n',
    ' ',
    'h',
    'HTTP/2',
    'HTTP/1.2',
    'HTTP/0',
    'HTTP/1.1  ',
    'HTTP/1.1\t',
    'HTTP/1.10',
  ],
  ...['HTTP/1.1 0', 'HTTP/1.1 2x', 'HTTP/1.1 20 ', 'HTTP/1.1 2000', 'HTTP/1.1 200O', 'HTTP/1.1 200\n'],
  ...['HTTP/1.1 200 OK\n', 'HTTP/1.1 200 OK\r\r', 'HTTP/1.1 200 OK\rX'],
  ...['X\r', 'X ', 'X\0', 'X\xe9', 'X: \0', 'X: \x1b', 'X: \x7f', 'X: 1\n', 'X: 1\r\r'],
  ...['X: 1\rX', 'X: 1\r\n ', 'X: 1\r\n\rX', 'X: 1\r\n\n'],
].map((text) => (text.startsWith('HTTP') || text.length === 1 ? text : `HTTP/1.1 200 OK\r\n${text}`))
REFUSED.push(...['\n', ' ', '\t', ':', '('].map((text) => `HTTP/1.1 200 OK\r\n${text}`))
for (const text of REFUSED) {
  test(`refused at once: ${JSON.stringify(text)}`, (t) => {
    t.is(read(text.slice(0, -1)), 'more')
    t.is(read(text), 'protocol')
    t.is(read(...text), 'protocol')
  })
}

for (const lines of [
  'Content-Length: 1\r\nContent-Length: 2',
  'Content-Length: 1\r\nContent-Length: 1',
  'Content-Length: ',
  'Content-Length: 1, 1',
  'Content-Length: -1',
  'Content-Length: 0x1',
  'Content-Length: 99999999999999999999',
  'Content-Length: 1\r\nTransfer-Encoding: chunked',
  'Transfer-Encoding: chunked\r\ncontent-length: 1',
]) {
  test(`refused: ${JSON.stringify(lines)}`, (t) => {
    t.is(read(`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`), 'protocol')
    t.is(read(`HTTP/1.1 103 Hints\r\n${lines}\r\n\r\n`), 'protocol')
  })
}

test('101 is refused, with an upgrade and without', (t) => {
  t.is(read('HTTP/1.1 101 Switching\r\n\r\n'), 'protocol')
  t.is(read('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'), 'protocol')
})

test('a head may have so many bytes and no more, each informational one for itself', (t) => {
  const frame = 'HTTP/1.1 200 OK\r\nX: \r\n\r\n'
  const most = frame.replace('X: ', `X: ${'x'.repeat(MOST_HEAD - frame.length)}`)
  t.is(most.length, MOST_HEAD)
  const hints = most.replace('200', '103')
  for (const size of [1, 7, 1_000, 16_383, 16_384, 40_000]) {
    const cut = (text: string) => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    t.regex(read(...cut(`${hints}${hints}${most}body`)), /"status":200/)
    t.is(read(...cut(most.replace('X: ', 'X: x'))), 'overflow')
    t.is(read(...cut(`${hints}${most.replace('X: ', 'X: x')}`)), 'overflow')
    t.is(read(...cut(`HTTP/1.1 200 ${'x'.repeat(20_000)}`)), 'overflow')
    // What is wrong after the bound does not matter any more.
    t.is(read(...cut(`HTTP/1.1 200 ${'x'.repeat(20_000)}\n`)), 'overflow')
  }
})
