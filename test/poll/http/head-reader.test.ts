import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import test from 'ava'
import { isFailure } from '../../../src/poll/attempt/failure.ts'
import { HeadReader, MAX_HEAD_BYTES } from '../../../src/poll/http/head-reader.ts'
import { HEADS } from '../../compare/heads.ts'

/** The result of reading a response that arrives in these pieces. */
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

test('all parts of a head are read', (t) => {
  t.is(
    read(`${FULL}123`),
    JSON.stringify({
      head: {
        status: 503,
        version: '1.1',
        phrase: 'Bus\xff',
        location: '/a b',
        retryAfter: '60',
        body: 7,
        keepsAlive: false,
        keepAliveSeconds: 5,
        fields: null,
      },
      rest: 3,
    }),
  )
})

test('a head may arrive in two pieces, cut anywhere, or byte by byte', (t) => {
  const whole = read(FULL)
  t.regex(whole, /"rest":0/)
  for (let at = 1; at < FULL.length; at++)
    t.is(read(FULL.slice(0, at), FULL.slice(at)), whole, `cut at ${at}`)
  t.is(read(...FULL), whole)
})

test('the beginning of a head is neither a head nor an error', (t) => {
  for (let at = 0; at < FULL.length; at++) t.is(read(FULL.slice(0, at)), 'more', `cut at ${at}`)
})

const keeps = test.macro((t, head: string, expected: boolean) => {
  t.regex(read(`${head}\r\n\r\n`), new RegExp(`"keepsAlive":${expected}`))
})
test('HTTP/1.1 keeps the connection', keeps, 'HTTP/1.1 200 OK', true)
test(
  'HTTP/1.1 with close does not',
  keeps,
  'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nconnection: x,\tCLOSE',
  false,
)
test('HTTP/1.0 closes the connection', keeps, 'HTTP/1.0 200 OK', false)
test('HTTP/1.0 with keep-alive keeps it', keeps, 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive', true)
test('HTTP/1.0 with both closes it', keeps, 'HTTP/1.0 200 OK\r\nConnection: close, keep-alive', false)

for (const [head, body] of [
  ['HTTP/1.1 200 OK', '"until-close"'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 00', 0],
  ['HTTP/1.1 200 OK\r\nContent-Length: 10 ', 10],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked', '"chunked"'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\t\r\nContent-Length: 10', '"chunked"'],
  ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 10', 10],
  ['HTTP/1.1 204 OK\r\nContent-Length: 10', 0],
  ['HTTP/1.1 304 OK\r\nContent-Length: 10', 0],
] as const) {
  test(`the body announced by ${JSON.stringify(head)}`, (t) => {
    t.regex(read(`${head}\r\n\r\n`), new RegExp(`"body":${body},`))
  })
}

/** Each of these is rejected before its end, which may never arrive. */
const REFUSED = [
  ...[
    'S',
    '<',
    '\r',
    '\n',
    ' ',
    'h',
    'HTTP/4',
    'HTTP/2 ',
    'HTTP/2.1',
    'HTTP/1.2',
    'HTTP/0',
    'HTTP/1.1  ',
    'HTTP/1.1\t',
    'HTTP/1.10',
  ],
  ...['HTTP/1.1 0', 'HTTP/1.1 2x', 'HTTP/1.1 20 ', 'HTTP/1.1 2000', 'HTTP/1.1 200O'],
  ...['HTTP/1.1 200\r\r', 'HTTP/1.1 200\rO', 'HTTP/1.1 200\n '],
  ...['X\r', 'X\t', 'X\0', 'X\xe9', 'X: \0', 'X: \x1b', 'X: \x7f', 'X: 1\r\r'],
  ...['X: 1\rX', 'X: 1\r\n\rX', 'X: 1\r\n \0', 'X: 1\n\0', 'X Y\r', 'X Y\n'],
].map((text) => (text.startsWith('HTTP') || text.length === 1 ? text : `HTTP/1.1 200 OK\r\n${text}`))
REFUSED.push(...[' ', '\t', ':', '('].map((text) => `HTTP/1.1 200 OK\r\n${text}`))
for (const text of REFUSED) {
  test(`rejected at once: ${JSON.stringify(text)}`, (t) => {
    t.is(read(text.slice(0, -1)), 'more')
    t.is(read(text), 'protocol')
    t.is(read(...text), 'protocol')
  })
}

for (const lines of [
  'Content-Length: 1\r\nContent-Length: 2',
  'Content-Length: 1\r\nContent-Length: 01',
  'Content-Length: ',
  'Content-Length: 1, 1',
  'Content-Length: -1',
  'Content-Length: 0x1',
  'Content-Length: 99999999999999999999',
  'Content-Length: 9223372036854775808',
  'Transfer-Encoding: chunked\r\nContent-Length: x',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
]) {
  test(`rejected: ${JSON.stringify(lines)}`, (t) => {
    t.is(read(`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`), 'protocol')
    t.is(read(`HTTP/1.1 103 Hints\r\n${lines}\r\n\r\n`), 'protocol')
  })
}

for (const lines of [
  'HTTP/1.1 200 OK\n\n',
  'HTTP/1.1 200 OK\r\n\n',
  'HTTP/1.1 200 OK\nX: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nX: 1\n\r\n',
  'HTTP/1.1 200 OK\r\r\n\r\n',
  'HTTP/1.1 200 O\rK\r\n\r\n',
  'HTTP/1.1 200 OK\r\nX: 1\r\n folded\r\n\r\n',
  'HTTP/1.1 200 OK\r\nX Y: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HTTP/2.0 200 OK\r\n\r\n',
  'HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\r\n\r\n',
]) {
  test(`accepted, but the connection is not used again: ${JSON.stringify(lines)}`, (t) => {
    t.regex(read(lines), /"status":200.*"keepsAlive":false.*"rest":0/)
    t.is(read(...lines), read(lines))
  })
}

test('a lenient response does not affect the next one', (t) => {
  const reader = new HeadReader()
  const heads = ['HTTP/1.1 200 OK\n\n', 'HTTP/1.1 200 OK\r\n\r\n'].map((text) =>
    reader.read(Buffer.from(text)),
  )
  t.deepEqual(
    heads.map((found) => found !== null && 'head' in found && found.head.keepsAlive),
    [false, true],
  )
})

for (const [bytes, phrase] of [
  ['Nicht gefunden', 'Nicht gefunden'],
  ['Pr\xfcfung', 'Prüfung'],
  ['Pr\xc3\xbcfung', 'Prüfung'],
  ['\xe2\x9c\x93 \xf0\x9f\x90\x88', '✓ 🐈'],
  ['\xc3\xbc \xfc', 'Ã¼ ü'],
  ['\xc3', 'Ã'],
  ['\xc0\xaf \xed\xa0\x80', 'À¯ í\xa0\x80'],
  ['\xef\xbb\xbfOK', '\ufeffOK'],
  ['OK\r\r', 'OK'],
  ['O\rK', 'O\rK'],
] as const) {
  test(`a phrase is UTF-8 if it is valid, otherwise Latin-1: ${JSON.stringify(bytes)}`, (t) => {
    const found = new HeadReader().read(Buffer.from(`HTTP/1.1 404 ${bytes}\r\n\r\n`, 'latin1'))
    t.is(found !== null && 'head' in found && found.head.phrase, phrase)
  })
}

test('blanks around a Location are removed, bytes of UTF-8 are not', (t) => {
  const location = (value: string) =>
    /"location":"(.*?)"/.exec(read(`HTTP/1.1 301 M\r\nLocation:${value}\r\n\r\n`))?.[1]
  t.is(location('\t /a b\t '), '/a b')
  t.is(location(' /voil\xc3\xa0'), '/voil\xc3\xa0')
  t.is(location('\r\n /folded'), '/folded')
  t.is(location(' /a\n\t/b'), '/a /b')
})

test('101 is rejected, with an upgrade and without', (t) => {
  t.is(read('HTTP/1.1 101 Switching\r\n\r\n'), 'protocol')
  t.is(read('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'), 'protocol')
})

test('a head has a maximum size, and so have all informational ones together', (t) => {
  const frame = 'HTTP/1.1 200 OK\r\nX: \r\n\r\n'
  const most = frame.replace('X: ', `X: ${'x'.repeat(MAX_HEAD_BYTES - frame.length)}`)
  t.is(most.length, MAX_HEAD_BYTES)
  const hints = most.replace('200', '103')
  for (const size of [97, 1_000, 16_384, 65_536, MAX_HEAD_BYTES - 1, MAX_HEAD_BYTES, 600_000]) {
    const cut = (text: string) => text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
    t.regex(read(...cut(`${hints}${most}body`)), /"status":200/)
    t.is(read(...cut(`${hints}HTTP/1.1 103 E\r\n\r\n${most}`)), 'overflow')
    t.is(read(...cut('HTTP/1.1 103 E\r\n\r\n'.repeat(20_000))), 'overflow')
    t.is(read(...cut(most.replace('X: ', 'X: x'))), 'overflow')
    t.is(read(...cut(`${hints}${most.replace('X: ', 'X: x')}`)), 'overflow')
    t.is(read(...cut(`HTTP/1.1 200 ${'x'.repeat(300_000)}`)), 'overflow')
    // Errors after the limit do not matter any more.
    t.is(read(...cut(`HTTP/1.1 200 ${'x'.repeat(300_000)}\n`)), 'overflow')
  }
})

test('it does not matter where a response is split', (t) => {
  t.timeout(120_000)
  const said = (...pieces: readonly string[]) => read(...pieces).replace(/,"rest":\d+/, '')
  for (const head of HEADS.filter(({ length }) => length < 2_000)) {
    const whole = said(head)
    const split = Array.from(head, (_, at) => at).find(
      (at) => said(head.slice(0, at), head.slice(at)) !== whole,
    )
    t.is(split, undefined, JSON.stringify(head))
    t.is(said(...head), whole, JSON.stringify(head))
  }
})

const K = 250_000
for (const [what, head] of [
  ['CRs in a phrase', `HTTP/1.1 200 ${'\r'.repeat(K)}x\r\n\r\n`],
  ['zeros', `HTTP/1.1 200 OK\r\nContent-Length: ${'0'.repeat(K)}x\r\n\r\n`],
  ['spaces', `HTTP/1.1 200 OK\r\nLocation: x${' '.repeat(K)}y\r\n\r\n`],
  ['folded lines', `HTTP/1.1 200 OK\r\nX: x\r\n${' \r\n'.repeat(K / 4)}\r\n`],
  ['folded spaces', `HTTP/1.1 200 OK\r\nX: x\r\n${' '.repeat(K)}\r\n\r\n`],
  [
    'commas',
    `HTTP/1.1 200 OK\r\nConnection: ${','.repeat(K / 2)}\r\nKeep-Alive: ${',\t'.repeat(K / 5)}\r\n\r\n`,
  ],
  ['lengths', `HTTP/1.1 200 OK\r\n${'Content-Length: 1\r\n'.repeat(K / 20)}\r\n`],
] as const) {
  // If the time grew with the square of the length, it would take minutes and this test would time out.
  test(`a head of the maximum size is read in linear time: ${what}`, (t) => {
    t.not(read(head), 'more')
    t.not(read(head), 'overflow')
  })
}

test('a large head that arrives byte by byte takes no more memory than its length', (t) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const readers = Array.from({ length: 16 }, () => new HeadReader())
  const head = Buffer.from(`HTTP/1.1 200 OK\r\n${'X: 1234567890\r\n'.repeat(13_000)}`)
  collect()
  const before = process.memoryUsage().heapUsed
  for (let at = 0; at < head.length; at++)
    for (const reader of readers) if (reader.read(head.subarray(at, at + 1)) !== null) t.fail(`at ${at}`)
  collect()
  const each = (process.memoryUsage().heapUsed - before) / readers.length
  t.log(`${Math.round(each / 1_024)} KiB each`)
  t.true(each < 2 ** 20, `${each} bytes each`)
  for (const reader of readers) t.truthy(reader.read(Buffer.from('\r\n')))
})
