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
