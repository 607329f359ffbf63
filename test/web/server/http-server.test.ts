import test from 'ava'
import type { ExecutionContext } from 'ava'
import { HttpServer } from '../../../src/web/server/http-server.ts'
import type { ServerOptions } from '../../../src/web/server/http-server.ts'
import { MAX_CONNECTIONS } from '../../../src/web/server/connections.ts'
import { RawClient } from '../../helpers/raw-client.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

/** Much more than the buffers of the kernel take. */
const LARGE = Buffer.alloc(64 * 1024 * 1024, 'x')

interface TestServer {
  readonly port: number
  readonly url: string
  connections(): number
  /** Paths that the app got. */
  readonly paths: string[]
}

async function start(t: ExecutionContext, times: Partial<ServerOptions> = {}): Promise<TestServer> {
  const paths: string[] = []
  const server = new HttpServer((request) => {
    const { pathname } = new URL(request.url)
    paths.push(pathname)
    return new Response(pathname === '/large' ? LARGE : 'fine')
  }, times)
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  return { port, url: `http://127.0.0.1:${port}`, connections: () => server.connections, paths }
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
const getOnce = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`

/** The server still answers others. On a busy machine a request may come too late for a short time-out. */
async function answers(t: ExecutionContext, { url }: TestServer): Promise<void> {
  const ask = () => fetch(`${url}/after`, { headers: { connection: 'close' } })
  let response = await ask()
  while (response.status === 408) response = await ask()
  t.is(await response.text(), 'fine')
}

test('2,000 idle connections keep nobody out', async (t) => {
  const server = await start(t)
  const clients: RawClient[] = []
  for (let n = 0; n < 2_000; n++) clients.push(await RawClient.open(t, server.port))
  await answers(t, server)
  let closed = 0
  for (const client of clients) void client.closed.then(() => closed++)
  await waitUntil(() => closed >= 2_000 - MAX_CONNECTIONS)
  t.true(closed < 2_000, 'the newest stay')
})

test('while every connection is in use, another one is told to come back', async (t) => {
  const waiting = Promise.withResolvers<Response>()
  let asked = 0
  const server = new HttpServer(() => {
    asked++
    return waiting.promise
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  for (let n = 0; n < MAX_CONNECTIONS; n++) (await RawClient.open(t, port)).send(get('/'))
  await waitUntil(() => asked === MAX_CONNECTIONS)
  const answer = await (await RawClient.open(t, port)).sendAndRead(get('/'))
  t.regex(answer, /^HTTP\/1\.1 429 .*\r\nRetry-After: 1\r\n/s)
  t.is(asked, MAX_CONNECTIONS)
  waiting.resolve(new Response('fine'))
})

test('connections that send the head of a request byte by byte are closed (slowloris)', async (t) => {
  const server = await start(t, { headTimeoutMs: 300 })
  const client = await RawClient.open(t, server.port)
  const timer = setInterval(() => client.send('X'), 50)
  t.teardown(() => clearInterval(timer))
  client.send('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
  await client.closed
  t.regex(client.received, /^HTTP\/1\.1 408 /)
  t.deepEqual(server.paths, [])
  await answers(t, server)
})

test('a connection that never sends anything is closed', async (t) => {
  const server = await start(t, { headTimeoutMs: 300 })
  const client = await RawClient.open(t, server.port)
  await client.closed
  await answers(t, server)
})

test('a client that reads slowly is not waited for', async (t) => {
  const server = await start(t, { responseTimeoutMs: 500 })
  const client = await RawClient.open(t, server.port)
  client.send(get('/large'))
  await waitUntil(() => client.received !== '')
  client.socket.pause()
  // It takes a little from time to time, so that the connection is never without progress.
  const timer = setInterval(() => void client.socket.read(1), 50)
  t.teardown(() => clearInterval(timer))
  await answers(t, server)
  await waitUntil(() => server.connections() === 0)
  clearInterval(timer)
  client.socket.resume()
  await client.closed
  t.true(client.received.length < LARGE.length)
})

test('a posted body is refused, and not read', async (t) => {
  const server = await start(t)
  const client = await RawClient.open(t, server.port)
  client.send(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${2 ** 30}\r\n\r\n`)
  const chunk = 'x'.repeat(65_536)
  let sent = 0
  const pump = () => {
    while (!client.socket.destroyed && sent < 2 ** 30) {
      sent += chunk.length
      if (!client.socket.write(chunk)) return void client.socket.once('drain', pump)
    }
  }
  pump()
  await client.closed
  t.true(sent < 2 ** 28, `${sent} bytes were accepted`)
  t.deepEqual(server.paths, [])
  await answers(t, server)
})

test('a body is refused whatever its form, before it is sent', async (t) => {
  const server = await start(t)
  for (const headers of [
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
    'Content-Length: 5\r\nExpect: 100-continue',
  ]) {
    const client = await RawClient.open(t, server.port)
    const answer = await client.sendAndRead(`POST / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n\r\n`)
    t.regex(answer, /^HTTP\/1\.1 413 /, headers)
  }
  t.deepEqual(server.paths, [])
})

test('a request that expects something passes the same checks', async (t) => {
  const server = await start(t)
  const ask = async (host: string) => {
    const client = await RawClient.open(t, server.port)
    const head = `GET / HTTP/1.1\r\nHost: ${host}\r\nExpect: the-best\r\nConnection: close\r\n\r\n`
    return (await client.sendAndRead(head)).slice(0, 12)
  }
  t.is(await ask('localhost'), 'HTTP/1.1 200')
  t.is(await ask('evil.example'), 'HTTP/1.1 403')
})

test('pipelined garbage: what was valid is answered, then the connection ends', async (t) => {
  const server = await start(t)
  const client = await RawClient.open(t, server.port)
  const answer = await client.sendAndRead(`${get('/one')}${get('/two')}\0\u00ff garbage\r\n\r\n`)
  t.deepEqual(server.paths, ['/one', '/two'])
  t.notRegex(answer, /HTTP\/1\.1 (?!200|400)/)
  await answers(t, server)
})

test('a connection that sends many requests without reading the answers is closed', async (t) => {
  const server = await start(t)
  const client = await RawClient.open(t, server.port)
  client.socket.pause()
  client.send(get('/large').repeat(1_000))
  client.socket.resume()
  await client.closed
  t.true(server.paths.length < 20, `${server.paths.length} requests came through`)
  await answers(t, server)
})

for (const head of [
  'nonsense\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\nhost: localhost\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\r\nHost: evil.example\r\n\r\n',
  'GET / HTTP/1.0\r\nHost: localhost\r\nHost: localhost\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: local host\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost/metrics\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: me@localhost\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: localhost\r\n continued\r\n\r\n',
  'GET / HTTP/1.1\r\nHost : localhost\r\n\r\n',
  'GET /\r\nHost: localhost\r\n\r\n',
])
  test(`${JSON.stringify(head)} is a bad request`, async (t) => {
    const server = await start(t, { headTimeoutMs: 2_000 })
    const client = await RawClient.open(t, server.port)
    t.regex(await client.sendAndRead(head), /^HTTP\/1\.1 400 /)
    t.deepEqual(server.paths, [])
    await answers(t, server)
  })

test('a head that is too large is refused', async (t) => {
  const server = await start(t)
  const client = await RawClient.open(t, server.port)
  const answer = await client.sendAndRead(
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  )
  t.regex(answer, /^HTTP\/1\.1 431 /)
  t.deepEqual(server.paths, [])
})

test('a request under the name of another host does not get through', async (t) => {
  const server = await start(t)
  const client = await RawClient.open(t, server.port)
  const answer = await client.sendAndRead('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n')
  t.regex(answer, /^HTTP\/1\.1 403 /)
  t.regex(answer, /X-Content-Type-Options: nosniff/)
  t.deepEqual(server.paths, [])
})

test('the target of a request may be a whole URL, whose host counts then (RFC 9112, section 3.2.2)', async (t) => {
  const server = await start(t)
  const ask = async (target: string, host: string) => {
    const client = await RawClient.open(t, server.port)
    const head = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    return (await client.sendAndRead(head)).slice(0, 12)
  }
  t.is(await ask('http://127.0.0.1:9115/one?a=b', 'evil.example'), 'HTTP/1.1 200')
  t.is(await ask('http://evil.example/three', '127.0.0.1'), 'HTTP/1.1 403')
  t.is(await ask('http://127.0.0.1@evil.example/four', '127.0.0.1'), 'HTTP/1.1 403')
  t.is(await ask('ftp://127.0.0.1/five', '127.0.0.1'), 'HTTP/1.1 400')
  t.deepEqual(server.paths, ['/one'])
})

for (const path of [
  '/../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/%00',
  '/a%00b',
  '//evil.example/',
  '/%',
  '/%ff',
  '/\\..\\x',
])
  test(`${path} is a path like any other`, async (t) => {
    const server = await start(t)
    const client = await RawClient.open(t, server.port)
    t.regex(await client.sendAndRead(getOnce(path)), /^HTTP\/1\.1 (?:200|400) /)
    await answers(t, server)
  })
