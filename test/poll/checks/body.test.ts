import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import type { State } from '../../../src/state/state.ts'
import { Authority } from '../../helpers/certificates.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { RawResponseServer } from '../../helpers/raw-response-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

/** Polls with a deadline that a busy machine does not reach. */
async function poll(t: ExecutionContext, url: string, options: Partial<PollOptions>): Promise<State> {
  const poller = new TestPoller({ timeoutMs: 60_000, ...options })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(url)
}

/** Polls a server that answers with these bytes, one character each, and then closes the connection. */
async function pollRaw(t: ExecutionContext, bytes: string, options: Partial<PollOptions>): Promise<State> {
  const server = await RawResponseServer.start([bytes])
  t.teardown(() => server.close())
  return poll(t, `${server.url}/0`, options)
}

const found = ({ verdict, reason, status, method, detail }: State) => [
  verdict,
  reason,
  status,
  method,
  detail,
]
const UP = ['up', 'ok', 200, 'GET', '']
const down = (detail: string) => ['down', 'body', 200, 'GET', detail]

const OK = 'HTTP/1.1 200 OK\r\n'
const latin1 = (bytes: Buffer) => bytes.toString('latin1')
const sized = (body: string, more = '') => `${OK}${more}Content-Length: ${body.length}\r\n\r\n${body}`
const chunked = (...parts: string[]) =>
  `${OK}Transfer-Encoding: chunked\r\n\r\n${parts.map((part) => `${part.length.toString(16)};x=1\r\n${part}\r\n`).join('')}0\r\nX: y\r\n\r\n`

const TEXT = 'all systems ready, 3 of 3'
const FRAMINGS: Readonly<Record<string, string>> = {
  'Content-Length': sized(TEXT),
  chunked: chunked('all sys', 'tems ready,', ' 3 of 3'),
  'until close': `${OK}\r\n${TEXT}`,
  'HTTP/1.0': `HTTP/1.0 200 OK\r\n\r\n${TEXT}`,
}

for (const [name, bytes] of Object.entries(FRAMINGS)) {
  test(`a body with ${name}`, async (t) => {
    t.deepEqual(found(await pollRaw(t, bytes, { body: ['systems ready'] })), UP)
    t.deepEqual(found(await pollRaw(t, bytes, { body: ['/^ALL.*of 3$/i', 'ready'] })), UP)
    t.deepEqual(found(await pollRaw(t, bytes, { bodyNot: ['failed', '/error|down/'] })), UP)
    t.deepEqual(found(await pollRaw(t, bytes, { body: ['broken'] })), down(`"broken" not found in: ${TEXT}`))
    t.deepEqual(
      found(await pollRaw(t, bytes, { body: ['ready', '/x+y/'] })),
      down(`/x+y/ not found in: ${TEXT}`),
    )
    t.deepEqual(found(await pollRaw(t, bytes, { bodyNot: ['/[0-9] of/'] })), down(`unwanted: ${TEXT}`))
    t.deepEqual(found(await pollRaw(t, bytes, { maxSize: 25 })), UP)
    t.deepEqual(found(await pollRaw(t, bytes, { maxSize: 24 })), down('larger than 24 bytes'))
  })
}

test('a body that arrives byte by byte is the same', async (t) => {
  for (const bytes of [
    ...Object.values(FRAMINGS),
    sized(latin1(gzipSync(TEXT)), 'Content-Encoding: gzip\r\n'),
  ]) {
    const server = await RawResponseServer.start([bytes], (socket, text) => {
      let at = 0
      const next = (): void => {
        if (at === text.length) return void socket.end()
        socket.write(text.charAt(at++), 'latin1', () => setImmediate(next))
      }
      next()
    })
    t.teardown(() => server.close())
    t.deepEqual(found(await poll(t, `${server.url}/0`, { body: ['/^all.*of 3$/'] })), UP)
  }
})

const CODINGS: Readonly<Record<string, Buffer>> = {
  gzip: gzipSync(TEXT),
  'x-gzip': gzipSync(TEXT),
  deflate: deflateSync(TEXT),
  DEFLATE: deflateRawSync(TEXT),
  br: brotliCompressSync(TEXT),
  zstd: zstdCompressSync(TEXT),
  identity: Buffer.from(TEXT),
}

for (const [coding, bytes] of Object.entries(CODINGS)) {
  test(`a body in ${coding}`, async (t) => {
    const head = `Content-Encoding: ${coding}\r\n`
    t.deepEqual(found(await pollRaw(t, sized(latin1(bytes), head), { body: ['/^all.*of 3$/'] })), UP)
    t.deepEqual(
      found(await pollRaw(t, sized('', head), { body: ['x'] })),
      down('"x" not found: the body is empty'),
    )
    if (coding === 'identity') return
    const broken = down(`the body is not valid ${coding.toLowerCase().replace('x-', '')}`)
    t.deepEqual(found(await pollRaw(t, sized('not that', head), { body: ['x'] })), broken)
    t.deepEqual(found(await pollRaw(t, sized(latin1(bytes.subarray(0, -9)), head), { body: ['x'] })), broken)
  })
}

test('an unknown coding is said', async (t) => {
  for (const coding of ['compress', 'gzip, br'])
    t.deepEqual(
      found(await pollRaw(t, sized('x', `Content-Encoding: ${coding}\r\n`), { body: ['x'] })),
      down('headcount does not know the content coding of the body'),
    )
})

test('a bomb stops at the limit', async (t) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a'))
  const head = 'Content-Encoding: gzip\r\n'
  const before = process.memoryUsage().arrayBuffers
  const state = await pollRaw(t, sized(latin1(bomb), head), { body: ['/b/'] })
  t.deepEqual(found(state), down(`/b/ not found in the first 1048576 bytes: ${'a'.repeat(120)}…`))
  t.true(process.memoryUsage().arrayBuffers - before < 32 * 1024 * 1024)
})

test('nothing behind the limit counts, and a character that it cuts is left out', async (t) => {
  const body = `${latin1(Buffer.from('aé'))}bc`
  const check = async (bodyLimit: number, text: string) =>
    (await pollRaw(t, sized(body), { bodyLimit, body: [text] })).verdict
  t.is(await check(4, '/^aéb$/'), 'up')
  t.is(await check(2, '/^a$/'), 'up')
  t.is(await check(4, 'c'), 'down')
  t.is(await check(5, '/c$/'), 'up')
})

test('charsets: header, byte order mark, XML declaration, meta, else UTF-8', async (t) => {
  const typed = (type: string, body: string) => sized(body, `Content-Type: ${type}\r\n`)
  const CASES: readonly string[] = [
    typed('text/html; charset=ISO-8859-1', 'caf\xe9'),
    typed('text/html; charset="utf-8"', 'caf\xc3\xa9'),
    typed('text/html; charset=nonsense', 'caf\xc3\xa9'),
    typed('text/html', '\xef\xbb\xbfcaf\xc3\xa9'),
    typed('text/html; charset=latin1', '\xef\xbb\xbfcaf\xc3\xa9'),
    typed('text/html', '\xff\xfec\0a\0f\0\xe9\0'),
    typed('text/html', '\xfe\xff\0c\0a\0f\0\xe9'),
    typed('text/html', '<!-- <meta charset=utf-16> --><META charset = "windows-1252">caf\xe9'),
    typed('text/html', '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15">caf\xe9'),
    typed('text/html', '<meta charset="utf-16">caf\xc3\xa9'),
    typed('text/xml', '<?xml version="1.0" encoding="ISO-8859-1"?><a>caf\xe9</a>'),
    typed('application/json', 'caf\xc3\xa9'),
  ]
  for (const bytes of CASES) t.deepEqual(found(await pollRaw(t, bytes, { body: ['café'] })), UP, bytes)
  const sjis = typed('text/plain; charset=shift_jis', '\x93\xfa\x96{')
  t.is((await pollRaw(t, sjis, { body: ['/^日本$/'] })).verdict, 'up')
})

test('a body that ends too soon is no answer', async (t) => {
  const closed = ['down', 'closed', 0, 'GET', 'closed in the body of the answer']
  for (const bytes of [
    `${OK}Content-Length: 9\r\n\r\nready`,
    `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nready\r\n`,
  ])
    t.deepEqual(found(await pollRaw(t, bytes, { body: ['/ready/'] })), closed)
})

test('chunks that are malformed are no answer', async (t) => {
  for (const body of [
    'zz\r\n',
    '5\r\nreadyxx\r\n',
    '-1\r\n',
    '1'.repeat(5_000),
    `0\r\n${'a: b\r\n'.repeat(20_000)}`,
  ]) {
    const state = await pollRaw(t, `${OK}Transfer-Encoding: chunked\r\n\r\n${body}`, { body: ['/x/'] })
    t.deepEqual(
      [state.reason, state.detail],
      ['protocol', 'the chunks of the body are malformed in the body of the answer'],
    )
  }
})

test('a text that is found ends the download, and a body without end ends at the limit or at the deadline', async (t) => {
  let closed = 0
  const origin = await startOrigin(t, ({ url }, response) => {
    response.on('close', () => closed++)
    response.write('all ready')
    if (url !== '/slow') {
      const more = (): void => {
        while (!response.destroyed && response.write('more and more of it '.repeat(100)));
      }
      response.on('drain', more)
      if (url === '/endless') more()
    }
  })
  t.deepEqual(found(await poll(t, `${origin.url}/slow`, { body: ['ready'] })), UP)
  await waitUntil(() => closed >= 1)
  t.deepEqual(found(await poll(t, `${origin.url}/endless`, { body: ['all', 'ready'] })), UP)
  t.like(await poll(t, `${origin.url}/endless`, { body: ['none'] }), { reason: 'body' })
  t.like(await poll(t, `${origin.url}/endless`, { bodyNot: ['of it'] }), { reason: 'body' })
  t.like(await poll(t, `${origin.url}/slow`, { body: ['/ready/'], timeoutMs: 300 }), {
    reason: 'timeout',
    detail: 'no answer in time (body)',
  })
  await waitUntil(() => closed >= 5)
})

test('a connection whose body was read is used again', async (t) => {
  const ports = new Set<number | undefined>()
  const origin = await startOrigin(t, ({ socket, url }, response) => {
    ports.add(socket.remotePort)
    if (url === '/gzip') response.setHeader('content-encoding', 'gzip').end(gzipSync(TEXT))
    else if (url === '/chunked') response.write('all ', () => response.end('ready'))
    else response.end(`${TEXT}${'.'.repeat(30_000)}`)
  })
  const poller = new TestPoller({ timeoutMs: 60_000, keepAlive: true, body: ['ready'] })
  t.teardown(() => poller.close())
  // A thread that stands still for seconds on a busy machine finds its connection closed by the server.
  for (let tries = 3; tries > 0 && ports.size !== 1; tries--) {
    ports.clear()
    for (const path of ['/', '/gzip', '/chunked', '/', '/gzip', '/']) {
      t.is((await poller.pollWithoutStall(`${origin.url}${path}`)).verdict, 'up')
      poller.skip(100)
    }
  }
  t.is(ports.size, 1)
})

test('bodies of other statuses and of redirects are not read, and the settings make the method GET', async (t) => {
  const origin = await startOrigin(t, ({ url, method }, response) => {
    if (url === '/moved') response.writeHead(302, { location: '/to' }).end('here it is not')
    else if (url === '/down') response.writeHead(500).write('for ever')
    else response.end(method)
  })
  t.deepEqual(found(await poll(t, `${origin.url}/moved`, { body: ['/^GET$/'] })), UP)
  t.like(await poll(t, `${origin.url}/down`, { body: ['x'] }), { reason: 'status', status: 500 })
  t.is((await poll(t, `${origin.url}/to`, { body: ['/^POST$/'], method: 'POST' })).verdict, 'up')
  t.is((await poll(t, `${origin.url}/to`, { body: ['GET'], method: 'HEAD' })).verdict, 'up')
  t.is((await poll(t, `${origin.url}/to`, { body: [''] })).method, 'HEAD')
})

test('the detail shows the text around what is not wanted, escaped by those who print it', async (t) => {
  const text = `${'a '.repeat(500)}\n\n  <b>ERROR</b> ${'z'.repeat(500)}`
  const { detail } = await pollRaw(t, sized(text), { bodyNot: ['/error/i'] })
  t.regex(detail, /^unwanted: …(a )+<b>ERROR<\/b> z+…$/)
  t.true(detail.length < 150)
})

test('HTTP/2: bodies larger than the windows, codings, early ends, resets', async (t) => {
  const authority = await Authority.create()
  const server = createSecureServer(await authority.issue([{ type: 'ip', value: '127.0.0.1' }]))
  let sessions = 0
  server.on('session', () => sessions++)
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {})
    const path = headers[':path']
    stream.respond({ ':status': 200, ...(path === '/gzip' ? { 'content-encoding': 'gzip' } : {}) })
    if (path === '/gzip') stream.end(gzipSync(TEXT))
    else if (path === '/empty') stream.end()
    else if (path === '/reset') stream.write('all ready', () => stream.destroy(new Error('broken')))
    else if (path === '/slow') stream.write('all ready')
    else stream.end(`${'x'.repeat(700_000)} the end`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const tls = { ca: authority.pem }
  const poller = new TestPoller({ timeoutMs: 60_000, http2: true, tls, keepAlive: true })
  t.teardown(() => poller.close())
  poller.setProfiles([
    [1, { body: ['/the end$/'] }],
    [2, { body: ['ready'] }],
    [3, { body: ['/none/'], timeoutMs: 300 }],
  ])
  const check = async (path: string, profile: number) => {
    const state = await poller.pollWithoutStall(`https://127.0.0.1:${port}${path}`, { profile })
    t.is(state.method, 'GET')
    poller.skip(100)
    return [state.reason, state.detail, sessions]
  }
  t.deepEqual(await check('/', 1), ['ok', '', 1])
  t.deepEqual(await check('/gzip', 2), ['ok', '', 1])
  t.deepEqual(await check('/slow', 2), ['ok', '', 1])
  t.deepEqual(await check('/', 1), ['ok', '', 1])
  t.deepEqual(await check('/empty', 2), ['body', '"ready" not found: the body is empty', 1])
  t.deepEqual((await check('/reset', 1))[0], 'reset')
  t.deepEqual((await check('/slow', 3)).slice(0, 2), ['timeout', 'no answer in time (body)'])
})

test('HTTP/2: a body of another length than its head announces is no answer', async (t) => {
  const authority = await Authority.create()
  const server = createSecureServer(await authority.issue([{ type: 'ip', value: '127.0.0.1' }]))
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {})
    const [announced = '', sent = ''] = (headers[':path'] ?? '').slice(1).split('/')
    stream.respond({ ':status': 200, 'content-length': announced })
    stream.end('x'.repeat(Number(sent)))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const poller = new TestPoller({ http2: true, tls: { ca: authority.pem }, body: ['/^x*$/'] })
  t.teardown(() => poller.close())
  const check = async (path: string) => {
    const { reason, detail } = await poller.pollWithoutStall(`https://127.0.0.1:${port}/${path}`)
    return [reason, detail]
  }
  t.deepEqual(await check('5/5'), ['ok', ''])
  t.deepEqual(await check('0/0'), ['ok', ''])
  t.deepEqual(await check('50/5'), ['protocol', '5 of 50 bytes in the body of the answer'])
  t.deepEqual(await check('50/0'), ['protocol', '0 of 50 bytes in the body of the answer'])
  t.deepEqual(await check('5/11'), ['protocol', 'more than 5 bytes in the body of the answer'])
})
