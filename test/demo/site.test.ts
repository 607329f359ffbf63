import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { startDemoSite } from '../../src/demo/site.ts'
import { parseUrl } from '../../src/settings/url.ts'

/** A site, closed with the test, and where each of its pages is. */
async function site(t: ExecutionContext) {
  const { urls, close } = await startDemoSite()
  t.teardown(close)
  return (name: string): string => urls.find((url) => url.endsWith(`/${name}`)) ?? t.fail(name)
}

async function head(url: string): Promise<{ status: number | undefined; location: string | undefined }> {
  const asked = request(url, { method: 'HEAD', agent: false }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.resume()
  return { status: response.statusCode, location: response.headers.location }
}

test('its URLs are normalised, each with an origin of its own', async (t) => {
  const { urls, close } = await startDemoSite()
  t.teardown(close)
  t.is(urls.length, 9)
  for (const url of urls) t.deepEqual(parseUrl(url), { url })
  t.is(new Set(urls.map((url) => new URL(url).origin)).size, urls.length)
})

test('each page answers as its name says', async (t) => {
  const page = await site(t)
  t.like(await head(page('up')), { status: 200 })
  t.like(await head(page('empty')), { status: 204 })
  t.like(await head(page('slow')), { status: 200 })
  t.deepEqual(await head(page('moved')), { status: 301, location: page('up') })
  t.like(await head(page('missing')), { status: 404 })
  t.like(await head(page('failing')), { status: 500 })
})

test('the flapping page goes down and comes back', async (t) => {
  const page = await site(t)
  const seen: (number | undefined)[] = []
  for (let poll = 0; poll < 9; poll++) seen.push((await head(page('flapping'))).status)
  t.deepEqual(seen, [200, 200, 200, 503, 503, 503, 200, 200, 200])
})

test('the silent page accepts a connection and a request and never answers', async (t) => {
  const page = await site(t)
  const { port } = new URL(page('silent'))
  const socket = connect(Number(port), '127.0.0.1')
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  socket.write('HEAD /silent HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')
  await head(page('up'))
  t.is(socket.bytesRead, 0)
  t.false(socket.destroyed)
})

test('the refusing port refuses, and no other program gets it', async (t) => {
  const page = await site(t)
  const port = Number(new URL(page('refusing')).port)
  for (let other = 0; other < 20; other++) {
    const server = createServer().listen(0, '127.0.0.1')
    t.teardown(() => server.close())
    await once(server, 'listening')
    t.not((server.address() as AddressInfo).port, port)
    await t.throwsAsync(head(page('refusing')), { code: 'ECONNREFUSED' })
  }
  const taker = connect({
    host: '127.0.0.1',
    port: Number(new URL(page('silent')).port),
    localAddress: '127.0.0.1',
    localPort: port,
  })
  const [error] = (await once(taker, 'error')) as [NodeJS.ErrnoException]
  t.regex(error.code ?? '', /^EADDR(INUSE|NOTAVAIL)$/)
})

test('close ends polls in flight', async (t) => {
  const { urls, close } = await startDemoSite()
  const silent = urls.find((url) => url.endsWith('/silent')) ?? t.fail()
  const polls = [silent, silent].map((url) => t.throwsAsync(head(url)))
  // By when these are answered, the others have been accepted.
  for (let poll = 0; poll < 5; poll++) await head(urls[0] ?? '')
  await close()
  await Promise.all(polls)
})
