import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { NO_WEB_CONFIG } from '../../../src/config/web/web-config.ts'
import { createApp } from '../../../src/web/server/app.ts'
import { HttpServer } from '../../../src/web/server/http-server.ts'
import { pageRoutes } from '../../../src/web/server/page-routes.ts'
import { directoryOf } from '../../helpers/directory.ts'

const HTML = '<!doctype html><title>headcount</title>'
const SCRIPT = 'console.log(1);'.repeat(100)

/** A page as `scripts/build-page.ts` makes it. */
function buildSample(folder: string): void {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  for (const [name, text] of [
    ['index.html', HTML],
    ['assets/index-abc.js', SCRIPT],
    ['favicon.svg', '<svg/>'],
  ] as const) {
    writeFileSync(join(folder, name), text)
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text))
  }
  writeFileSync(join(folder, 'key.txt'), 'not for browsers')
}

/** Serves the page of a folder. */
async function start(t: ExecutionContext, folder: string, { prefix = '/', headers = {} } = {}) {
  const nothing = { isFull: true, add: () => () => {} }
  const app = createApp({
    prefix,
    monitor: { ask: () => Promise.reject(new Error('nothing is asked')) },
    recorder: { ask: () => Promise.reject(new Error('nothing is asked')) },
    alerter: { isThere: false, ask: () => Promise.reject(new Error('nothing is asked')) },
    events: nothing,
    wallEvents: nothing,
    scraper: { scrape: () => Promise.reject(new Error('no scrapes here')) },
    probes: null as never,
    page: pageRoutes(pathToFileURL(`${folder}/`)),
    isPolling: () => true,
    reload: () => Promise.resolve({ rejected: [], subject: '' }),
    settings: () => Promise.resolve(null),
    failed: (error) => t.fail(error.stack),
  })
  const config = { ...NO_WEB_CONFIG, headers }
  const server = new HttpServer((request, env) => app.fetch(request, env), { config })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  return (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      redirect: 'manual',
      ...init,
      headers: { connection: 'close', 'accept-encoding': 'identity', ...init.headers },
    })
}

test('the paths of the page answer with it, and its files are for ever', async (t) => {
  const folder = directoryOf(t)
  buildSample(folder)
  const get = await start(t, folder)
  for (const path of ['/', '/url?u=x', '/incidents', '/alerts']) {
    const answer = await get(path)
    t.is(await answer.text(), HTML)
    t.is(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    t.is(answer.headers.get('cache-control'), 'no-cache')
    const policy = answer.headers.get('content-security-policy') ?? ''
    t.regex(policy, /script-src 'self';.*require-trusted-types-for 'script'/)
    t.notRegex(policy, /unsafe/)
  }
  const script = await get('/assets/index-abc.js')
  t.is(await script.text(), SCRIPT)
  t.is(script.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  for (const path of [
    '/key.txt',
    '/assets/other.js',
    '/assets/../key.txt',
    '/assets/%2e%2e%2fkey.txt',
    '/index.html',
  ])
    t.is((await get(path)).status, 404, path)
  t.is((await get('/', { method: 'POST' })).status, 405)
})

test('files are sent compressed as the browser accepts it, and not again if it has them', async (t) => {
  const folder = directoryOf(t)
  buildSample(folder)
  const get = await start(t, folder)
  const path = '/assets/index-abc.js'
  for (const [accepted, encoding] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', null],
  ] as const) {
    const answer = await get(path, { headers: { 'accept-encoding': accepted } })
    t.is(answer.headers.get('content-encoding'), encoding, accepted)
    t.is(await answer.text(), SCRIPT)
  }
  const etag = (await get(path)).headers.get('etag') ?? ''
  // The forms differ in their bytes.
  t.regex(etag, /^W\/"/)
  const again = await get(path, { headers: { 'if-none-match': etag } })
  t.is(again.status, 304)
  t.is(again.headers.get('etag'), etag)
  t.is((await get(path, { method: 'HEAD' })).status, 200)
})

test('under a prefix', async (t) => {
  const folder = directoryOf(t)
  buildSample(folder)
  const get = await start(t, folder, { prefix: '/monitoring/headcount' })
  for (const path of ['/monitoring/headcount/', '/monitoring/headcount/incidents'])
    t.is(await (await get(path)).text(), HTML)
  t.is((await get('/monitoring/headcount/assets/index-abc.js')).status, 200)
  const moved = await get('/monitoring/headcount')
  t.is(moved.status, 308)
  t.is(moved.headers.get('location'), '/monitoring/headcount/')
  for (const path of ['/', '/incidents', '/assets/index-abc.js']) t.is((await get(path)).status, 404, path)
})

test('a policy of the configuration stays', async (t) => {
  const folder = directoryOf(t)
  buildSample(folder)
  const headers = { 'Content-Security-Policy': "default-src 'self'" }
  const answer = await (await start(t, folder, { headers }))('/')
  t.is(answer.headers.get('content-security-policy'), "default-src 'self'")
})

test('a page that is not built is explained, and found when it is', async (t) => {
  const folder = directoryOf(t)
  const get = await start(t, folder)
  const answer = await get('/')
  t.is(answer.status, 503)
  t.regex(await answer.text(), /npm run build:page/)
  buildSample(folder)
  t.is(await (await get('/')).text(), HTML)
})
