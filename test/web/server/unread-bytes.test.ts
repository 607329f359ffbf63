import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { createApp } from '../../../src/web/server/app.ts'
import { HttpServer } from '../../../src/web/server/http-server.ts'
import { MonitorError } from '../../../src/web/server/monitor-client.ts'
import { pageRoutes } from '../../../src/web/server/page-routes.ts'
import { UnreadBytes } from '../../../src/web/server/unread-bytes.ts'
import { startApi, TestMonitor } from '../../helpers/api-server.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { RawClient } from '../../helpers/raw-client.ts'
import { down } from '../../helpers/state.ts'
import { labels, PAGE, startStatus } from '../../helpers/status-server.ts'
import { TestAlerter } from '../../helpers/test-alerter.ts'
import { TestRecorder } from '../../helpers/test-recorder.ts'

const LONG = 'x'.repeat(10_000)

const NEVER = Promise.withResolvers<never>().promise

const lineOf = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

/** Has `path` answered after `endless`, so that what is made of it waits. Resolves with the client when it has been made. */
async function holding(t: ExecutionContext, port: number, endless: string, path: string): Promise<RawClient> {
  const client = await RawClient.open(t, port)
  client.send(lineOf(endless) + lineOf(path))
  for (let left = 1_000; left > 0 && (await statusOf(port, path)) !== 503; left--);
  return client
}

const ask = (port: number, path: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { connection: 'close', 'accept-encoding': 'identity' },
  })

async function statusOf(port: number, path: string): Promise<number> {
  const response = await ask(port, path)
  await response.arrayBuffer()
  return response.status
}

/** Each of these has no room while `client` is there, but has when it has gone. */
async function haveNoRoom(
  t: ExecutionContext,
  port: number,
  client: RawClient,
  paths: readonly string[],
): Promise<void> {
  for (const path of paths) {
    const response = await ask(port, path)
    t.is(response.status, 503, path)
    t.is(response.headers.get('retry-after'), '5', path)
    t.is(response.headers.get('etag'), null, path)
    t.regex(await response.text(), /too many answers that are not read yet/)
  }
  client.socket.destroy()
  for (const path of paths) {
    // The server may not have seen yet that it has gone.
    for (let left = 1_000; left > 0 && (await statusOf(port, path)) !== 200; left--);
    t.is(await statusOf(port, path), 200, path)
  }
}

test('the answers of the API that nobody reads have a bound in all, and short ones have room', async (t) => {
  const monitor = new TestMonitor()
  const recorder = new TestRecorder()
  const urls = Array.from({ length: 20_000 }, (_, id) => ({ url: `https://a.example/${id}` }))
  for (const [id, { url }] of urls.entries()) monitor.add(id, url)
  recorder.register(...urls)
  recorder.record(...urls.slice(0, 100).map((_, id) => down(id, { at: Date.now() })))
  recorder.run(60_000)
  const parts = { recorder, alerter: new TestAlerter(), maxUnreadBytes: 1 }
  const { port } = await startApi(t, monitor, undefined, parts)
  const client = await holding(t, port, '/api/v1/events', '/api/v1/urls?limit=1000')
  t.is(await statusOf(port, '/api/v1/summary'), 200)
  await haveNoRoom(t, port, client, ['/api/v1/urls?limit=1000', '/api/v1/openapi.json', '/api/v1/wall'])
})

test('those of other paths have it too', async (t) => {
  const folder = directoryOf(t)
  writeFileSync(join(folder, 'index.html'), LONG)
  const gone = () => Promise.reject(new MonitorError('the monitor does not answer'))
  const nothing = { isFull: true, add: () => () => {} }
  const app = createApp({
    prefix: '/',
    monitor: { ask: gone },
    recorder: { ask: gone },
    alerter: { isThere: false, ask: gone },
    events: nothing,
    wallEvents: nothing,
    scraper: { scrape: () => NEVER },
    probes: {
      probe: () => Promise.resolve({ id: 0, log: LONG, metrics: LONG }),
      served: {
        modules: [{ name: 'http_2xx', prober: 'http', timeoutMs: 0, host: null, yaml: '' }],
        yaml: LONG,
      },
    },
    page: pageRoutes(pathToFileURL(`${folder}/`)),
    isPolling: () => true,
    reload: () => Promise.resolve({ rejected: [], subject: '' }),
    settings: () => Promise.resolve(null),
    failed: (error) => t.fail(error.stack),
  })
  const server = new HttpServer((request, env) => app.fetch(request, env), { maxUnreadBytes: 1 })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  const client = await holding(t, port, '/metrics', '/config')
  t.is(await statusOf(port, '/-/healthy'), 200)
  await haveNoRoom(t, port, client, ['/config', '/probe?target=a', '/probe?target=a&debug=true', '/'])
})

test('public pages have it too', async (t) => {
  const app = () => NEVER
  const monitor = new TestMonitor()
  for (let id = 0; id < 100; id++) {
    monitor.add(id, `https://a.example/${id}`, labels({ title: `Service ${id}` }))
    monitor.take(down(id))
  }
  const { port } = await startStatus(t, monitor, [PAGE], { app, maxUnreadBytes: 1 })
  const client = await holding(t, port, '/other', '/status/shop')
  await haveNoRoom(t, port, client, ['/status/shop'])
})

test('an answer that is the only one has room, whatever its length', (t) => {
  const unread = new UnreadBytes(10_000)
  const giveBack = unread.take(20_000)
  t.not(giveBack, null)
  t.is(unread.take(5_000), null)
  t.not(unread.take(4_096), null)
  giveBack?.()
  t.not(unread.take(5_000), null)
  t.is(unread.take(5_000), null)
})
