import { IncomingMessage, ServerResponse } from 'node:http'
import { connect, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { EventFeed, MAX_CLIENTS } from '../../../src/web/server/event-feed.ts'
import { startApi, TestMonitor } from '../../helpers/api-server.ts'
import { eventBlocks } from '../../helpers/event-blocks.ts'
import { down, up } from '../../helpers/state.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const TIMES = { changesMs: 5, summaryMs: 50, heartbeatMs: 20 }

interface Event {
  readonly event: string
  readonly id: string | null
  readonly data: { readonly url: string; readonly verdict: string; readonly type: string }
}

/** Reads events as a browser does, which keeps the id of the last one. */
async function open(t: ExecutionContext, url: string, lastId = '') {
  const abort = new AbortController()
  const headers = lastId === '' ? {} : { 'last-event-id': lastId }
  const response = await fetch(`${url}/events`, { headers, signal: abort.signal })
  const reader = { events: [] as Event[], comments: 0, lastId, ended: false, close: () => abort.abort() }
  t.teardown(() => abort.abort())
  const read = async () => {
    for await (const block of eventBlocks(response)) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null
      if (block.startsWith(':')) reader.comments++
      const data = field('data')
      if (data === null) continue
      reader.lastId = field('id') ?? reader.lastId
      reader.events.push({
        event: field('event') ?? '',
        id: field('id'),
        data: JSON.parse(data) as Event['data'],
      })
    }
    reader.ended = true
  }
  read().catch(() => (reader.ended = true))
  const of = (event: string) => reader.events.filter((one) => one.event === event)
  return { response, reader, of, urls: () => of('state').map(({ data }) => `${data.url} ${data.verdict}`) }
}

function monitorOf(epoch = 'one', urls = 10) {
  const monitor = new TestMonitor(epoch)
  for (let id = 0; id < urls; id++) monitor.add(id, `http://a.example/${id}`)
  return monitor
}

test('a client gets a summary, then what changes, and summaries and comments from time to time', async (t) => {
  const monitor = monitorOf()
  monitor.take(up(0))
  const { url } = await startApi(t, monitor, TIMES)
  const { response, reader, of, urls } = await open(t, url)
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  await waitUntil(() => of('summary').length > 0)
  t.is(reader.events[0]?.id, 'one-1')
  monitor.take(down(0), up(1))
  await waitUntil(() => urls().length >= 2)
  monitor.take(up(1, { status: 204 }), up(1, { status: 204 }), down(1))
  await waitUntil(() => urls().includes('http://a.example/1 down'))
  t.deepEqual(
    new Set(urls()),
    new Set(['http://a.example/0 down', 'http://a.example/1 up', 'http://a.example/1 down']),
  )
  t.like(of('state')[0]?.data, { type: 'state', verdict: 'down' })
  await waitUntil(() => of('summary').length >= 3 && reader.comments >= 2)
  t.is(reader.lastId, 'one-5')
})

test('a client that connects again gets what it has missed, once', async (t) => {
  const monitor = monitorOf()
  const { url } = await startApi(t, monitor, TIMES)
  const first = await open(t, url)
  monitor.take(up(0))
  await waitUntil(() => first.urls().length > 0)
  first.reader.close()
  monitor.take(up(1), down(1), down(2))
  const second = await open(t, url, first.reader.lastId)
  await waitUntil(() => second.urls().length >= 2)
  t.deepEqual(second.urls(), ['http://a.example/1 down', 'http://a.example/2 down'])
  t.deepEqual(second.of('reset'), [])
})

test('a client that has missed too much, or comes with the id of another run, has to read the list again', async (t) => {
  const monitor = monitorOf()
  for (let n = 0; n < 20_000; n++) monitor.take(n % 20 < 10 ? up(n % 10) : down(n % 10))
  const { url } = await startApi(t, monitor, { ...TIMES, summaryMs: 600_000 })
  const last = monitor.recorder.summary().position.number
  for (const id of ['one-3', `two-${last}`, `one-${last + 1}`, 'nonsense', `one-${'9'.repeat(40)}`]) {
    const { of, urls, reader } = await open(t, url, id)
    await waitUntil(() => of('reset').length > 0)
    t.is(reader.lastId, `one-${last}`, id)
    t.deepEqual(urls(), [])
    // Each gets a summary at the beginning, though those of all are due only later.
    t.deepEqual(
      reader.events.map(({ event }) => event),
      ['summary', 'reset'],
    )
    reader.close()
  }
})

test('a monitor that is replaced: the stream goes on with a reset', async (t) => {
  const { url, replace } = await startApi(t, monitorOf(), TIMES)
  const { reader, of, urls } = await open(t, url)
  await waitUntil(() => of('summary').length > 0)
  replace(null)
  const comments = reader.comments
  await waitUntil(() => reader.comments > comments)
  const other = monitorOf('two')
  other.take(up(3))
  replace(other)
  await waitUntil(() => of('reset').length > 0)
  other.take(down(3))
  await waitUntil(() => urls().length > 0)
  t.deepEqual(urls(), ['http://a.example/3 down'])
  t.is(of('reset').length, 1)
  t.is(reader.lastId, 'two-2')
})

test('after a replacement the first State of a URL is sent, even if its verdict is as before', async (t) => {
  const monitor = new TestMonitor()
  monitor.add(0, 'http://a.example/0', { verdict: 'up' })
  const { url } = await startApi(t, monitor, TIMES)
  const { of, urls } = await open(t, url)
  await waitUntil(() => of('summary').length > 0)
  monitor.take(up(0), up(0))
  await waitUntil(() => urls().length > 0)
  t.is(monitor.recorder.summary().position.number, 1)
})

test('many changes come in parts', async (t) => {
  const monitor = monitorOf('one', 2_000)
  const { url, asked } = await startApi(t, monitor, TIMES)
  const { of, urls } = await open(t, url)
  await waitUntil(() => of('summary').length > 0)
  for (let id = 0; id < 2_000; id++) monitor.take(up(id))
  await waitUntil(() => urls().length >= 2_000)
  t.is(new Set(urls()).size, 2_000)
  t.true(asked.every((question) => question.type !== 'changes' || question.limit <= 200))
})

/** Waits for the beginning of what a client gets. */
async function greeted<T extends { readonly text: string }>(client: T): Promise<T> {
  await waitUntil(() => client.text !== '')
  return client
}

/** A client that counts bytes. `paused`: it does not read. */
function openRaw(t: ExecutionContext, port: number, { paused = false } = {}) {
  const socket = connect(port, '127.0.0.1')
  t.teardown(() => socket.destroy())
  const client = { socket, text: '', bytes: 0 }
  socket.on('error', () => {}) // It may be dropped.
  if (!paused)
    socket.on('data', (chunk: Buffer) => {
      client.bytes += chunk.length
      if (client.text.length < 1_000) client.text += chunk.toString()
    })
  socket.write('GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  return client
}

test('a client that does not read is dropped; others are not held up', async (t) => {
  const monitor = monitorOf()
  const { port, connections } = await startApi(t, monitor, TIMES)
  openRaw(t, port, { paused: true })
  const reader = openRaw(t, port)
  await waitUntil(() => connections() === 2 && reader.text.includes('event: summary'))
  const long = 'x'.repeat(60_000)
  // The buffers of the system take some megabytes.
  for (let n = 0; n < 200 && connections() === 2; n++) {
    const before = reader.bytes
    for (let id = 0; id < 8; id++)
      monitor.take(up(id, { redirects: 1, finalUrl: `${long}${n}`, status: 200 + (n % 2) }))
    await waitUntil(() => reader.bytes > before + 8 * long.length)
  }
  t.is(connections(), 1)
  t.false(reader.socket.destroyed)
})

test('only so many clients at once; a place is free again when one has gone', async (t) => {
  const { port, get, connections } = await startApi(t, monitorOf(), { ...TIMES, changesMs: 100 })
  const clients = Array.from({ length: MAX_CLIENTS }, () => openRaw(t, port))
  await waitUntil(() => clients.every(({ text }) => text.includes('event: summary')))
  const refused = await get('/events')
  t.is(refused.status, 503)
  t.deepEqual(refused.json, { error: 'too many clients at once' })
  t.is(refused.headers.get('retry-after'), '10')
  t.is((await get('/urls')).status, 200)
  clients[0]?.socket.destroy()
  await waitUntil(() => connections() < MAX_CLIENTS)
  const next = openRaw(t, port)
  await waitUntil(() => next.text.includes('event: summary'))
  t.pass()
})

test('clients that pipeline their requests leave no places taken', async (t) => {
  const { port, url, connections } = await startApi(t, monitorOf(), TIMES)
  const clients = Array.from({ length: MAX_CLIENTS / 8 + 1 }, () => {
    const client = openRaw(t, port)
    client.socket.write('GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(7))
    return client
  })
  const isFull = async () => {
    const { socket, text } = await greeted(openRaw(t, port))
    socket.destroy()
    return text.includes(' 503 ')
  }
  while (!(await isFull()));
  for (const { socket } of clients) socket.destroy()
  await waitUntil(() => connections() === 0)
  t.is((await open(t, url)).response.status, 200)
})

test('a stream may last longer than other responses', async (t) => {
  const { url } = await startApi(t, monitorOf(), TIMES, { responseTimeoutMs: 100 })
  const { reader } = await open(t, url)
  await waitUntil(() => reader.comments > 10)
  t.false(reader.ended)
})

test('the end of the server in the middle of a turn harms nothing', async (t) => {
  const answered = Promise.withResolvers<{ line: string; id: string }>()
  const asked = Promise.withResolvers<void>()
  const source = {
    summary() {
      asked.resolve()
      return answered.promise
    },
    after: () => Promise.resolve(null),
    order: () => 0,
  }
  const feed = new EventFeed(source, (error) => t.fail(error.stack), TIMES)
  // It has been ended, and its reader has not taken everything yet.
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  response.on('error', (error) => t.fail(error.stack))
  feed.add(response, '')
  await asked.promise
  feed.close()
  answered.resolve({ line: '{}', id: '1' })
  await setImmediate()
  await setImmediate()
  t.true(response.writableEnded)
})

test('without clients the monitor is not asked', async (t) => {
  const { url, asked, connections, get } = await startApi(t, monitorOf(), TIMES)
  const { reader, of } = await open(t, url)
  await waitUntil(() => of('summary').length > 0)
  reader.close()
  await waitUntil(() => connections() === 0)
  const before = asked.length
  // Each takes at least as long as a turn.
  for (let n = 0; n < 20; n++) await get('/urls?q=nothing')
  const events = asked.slice(before).filter(({ type }) => type === 'changes' || type === 'summary')
  t.true(events.length <= 2, 'only what a turn under way still asks')
})
