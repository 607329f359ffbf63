import test from 'ava'
import { startListening } from '../helpers/listening.ts'
import { startOrigin } from '../helpers/origin.ts'
import { RawClient } from '../helpers/raw-client.ts'

const GET = 'GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'

test('clients that misuse the port do not disturb polls: each URL has its turns, and none fails', async (t) => {
  const origin = await startOrigin(t)
  const urls = Array.from({ length: 20 }, (_, n) => `${origin.url}/${n}`)
  const { program, port, get } = await startListening(t, ['--interval', '500ms', ...urls])
  const open = async (count: number, use: (client: RawClient) => void) => {
    for (let n = 0; n < count; n++) use(await RawClient.open(t, port))
  }
  const polls = () => program.json.filter(({ url }) => url !== undefined)

  // Idle, slow to send, slow to read, garbage, floods of requests, large bodies.
  await open(300, () => {})
  await open(20, (client) => client.send('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '))
  await open(20, (client) => {
    client.socket.pause()
    client.send(GET.repeat(8))
  })
  await open(20, (client) => client.send(`${GET}\0\u00ff\u0016\u0003\u0001\r\n\r\n`))
  await open(20, (client) => client.send(GET.repeat(1_000)))
  await open(20, (client) => {
    client.send('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n')
    client.send('x'.repeat(1_000_000))
  })
  await open(20, (client) => client.send('GET /%00/../%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n'))

  const countOf = (url: string) => polls().filter((poll) => poll['url'] === url).length
  const before = urls.map(countOf)
  await program.until(() => urls.every((url, n) => countOf(url) >= (before[n] ?? 0) + 5))
  t.deepEqual(new Set(polls().map(({ verdict }) => verdict)), new Set(['up']))
  t.is((await get('/-/ready')).status, 200)
  t.notRegex(program.stderr, /another takes its place|was lost/)
})
