import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import type { BrotliCompress, Gzip } from 'node:zlib'
import test from 'ava'
import { RawResponseServer } from '../../helpers/raw-response-server.ts'
import { TestPoller } from '../../helpers/test-poller.ts'

const OK = 'HTTP/1.1 200 OK\r\n'

/** Answers whose rest never comes. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  'a page that may still name its charset': `${OK}\r\n<p>ok</p>`,
  'a page in chunks': `${OK}Transfer-Encoding: chunked\r\n\r\n9\r\n<p>ok</p>\r\n`,
  'as few bytes as a byte order mark may have': `${OK}\r\nok`,
  'a part of a short body': `${OK}Content-Length: 100\r\n\r\nready, ok`,
}

for (const [name, bytes] of Object.entries(BEGINNINGS))
  for (const keepAlive of [false, true]) {
    test(`a text is found in ${name}, without its rest${keepAlive ? ', keepAlive' : ''}`, async (t) => {
      const server = await RawResponseServer.start([bytes], (socket, text) => void socket.write(text))
      t.teardown(() => server.close())
      const poller = new TestPoller({ keepAlive, body: ['ok'], recheck: false })
      t.teardown(() => poller.close())
      t.like(await poller.pollWithoutStall(`${server.url}/0`), { verdict: 'up', method: 'GET' })
    })
  }

test('a text is not found in bytes that mean something else in the charset of the body', async (t) => {
  const bodies = [
    `${OK}Content-Type: text/html; charset=utf-16le\r\n\r\nok`,
    // An escape sequence of ISO-2022-JP: `ok` stands for one character of another alphabet.
    `${OK}\r\n<meta charset=iso-2022-jp>\x1b$Bok\x1b(B`,
    `${OK}\r\n<meta charset=shift_jis>\x83ok`,
  ]
  const server = await RawResponseServer.start(bodies)
  t.teardown(() => server.close())
  const poller = new TestPoller({ body: ['ok'], recheck: false })
  t.teardown(() => poller.close())
  for (const n of bodies.keys())
    t.like(await poller.pollWithoutStall(`${server.url}/${n}`), { verdict: 'down', reason: 'body' })
})

/** What a compressor has sent when it has taken a text and its stream goes on, one character a byte. */
async function beginning(compressor: Gzip | BrotliCompress, flush: number, text: string): Promise<string> {
  let bytes = ''
  compressor.on('data', (chunk: Buffer) => (bytes += chunk.toString('latin1')))
  compressor.write(text)
  await new Promise<void>((done) => compressor.flush(flush, done))
  compressor.destroy()
  return bytes
}

for (const keepAlive of [false, true])
  test(`a compressed body is decoded as far as it has come, keepAlive: ${keepAlive}`, async (t) => {
    const page = `${'<p>'.repeat(400)}ok`
    const gzip = await beginning(createGzip(), constants.Z_SYNC_FLUSH, page)
    const brotli = await beginning(createBrotliCompress(), constants.BROTLI_OPERATION_FLUSH, page)
    const chunk = `${gzip.length.toString(16)}\r\n${gzip}\r\n`
    const texts = [
      `${OK}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
      `${OK}Content-Encoding: gzip\r\nContent-Length: ${gzip.length + 10}\r\n\r\n${gzip}`,
      `${OK}Content-Encoding: br\r\n\r\n${brotli}`,
      `${OK}Content-Encoding: gzip\r\n\r\nnot compressed`,
    ]
    const server = await RawResponseServer.start(texts, (socket, text) => void socket.write(text, 'latin1'))
    t.teardown(() => server.close())
    const poller = new TestPoller({ keepAlive, body: ['ok'], recheck: false })
    const sizes = new TestPoller({ keepAlive, maxSize: 1_000, bodyLimit: 1_000, recheck: false })
    t.teardown(() => Promise.all([poller.close(), sizes.close()]))
    for (const n of [0, 1, 2]) {
      t.like(await poller.pollWithoutStall(`${server.url}/${n}`), { verdict: 'up', reason: 'ok' }, String(n))
      const large = await sizes.pollWithoutStall(`${server.url}/${n}`)
      t.like(large, { reason: 'body', detail: 'larger than 1000 bytes' }, String(n))
    }
    const broken = await poller.pollWithoutStall(`${server.url}/3`)
    t.like(broken, { reason: 'body', detail: 'the body is not valid gzip' })
  })

for (const keepAlive of [false, true])
  test(`a text counts if the connection ends behind it, too soon, keepAlive: ${keepAlive}`, async (t) => {
    const bytes = `${OK}Content-Length: 100\r\n\r\nready, ok`
    const server = await RawResponseServer.start([bytes], (socket, text) => {
      socket.write(text)
      setTimeout(() => socket.end(), 10)
    })
    t.teardown(() => server.close())
    const poller = new TestPoller({ keepAlive, body: ['ok'], recheck: false })
    t.teardown(() => poller.close())
    t.like(await poller.pollWithoutStall(`${server.url}/0`), { verdict: 'up', reason: 'ok' })
  })
