import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import type { State } from '../../src/state/state.ts'
import { Authority } from '../helpers/certificates.ts'
import { startEcho } from '../helpers/echo-origin.ts'
import type { Reply } from '../helpers/echo-origin.ts'
import { TestPoller } from '../helpers/test-poller.ts'

let authority: Authority
test.before(async () => void (authority = await Authority.create()))

const FORM = { text: 'user=me&password=s%20t' }

async function poll(t: ExecutionContext, url: string, different: Partial<PollOptions>): Promise<State> {
  const tls = { ca: authority.pem }
  const poller = new TestPoller({ timeoutMs: 20_000, tls, ...different })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(url)
}

test('data is sent by POST, with its type and its length in bytes', async (t) => {
  const origin = await startEcho(t)
  t.like(await poll(t, `${origin.url}/form`, { data: FORM }), { verdict: 'up', method: 'POST' })
  await poll(t, `${origin.url}/text`, { data: { text: 'größe' }, keepAlive: true })
  const [form, text] = origin.received
  t.like(form, { method: 'POST', path: '/form', body: Buffer.from(FORM.text) })
  t.like(form?.headers, {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': '22',
    connection: 'close',
  })
  t.like(text, { body: Buffer.from('größe') })
  t.like(text?.headers, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': '7',
    connection: 'close',
  })
})

test('the method and the Content-Type given are sent', async (t) => {
  const origin = await startEcho(t)
  const headers = [['Content-Type', 'text/x-own'] as const]
  await poll(t, `${origin.url}/`, { data: { text: '{}' }, method: 'PUT', headers })
  await poll(t, `${origin.url}/`, { data: { text: '{}' }, method: 'GET' })
  await poll(t, `${origin.url}/`, { method: 'POST' })
  const [put, get, post] = origin.received
  t.like(put, { method: 'PUT', body: Buffer.from('{}') })
  t.is(put?.headers['content-type'], 'text/x-own')
  t.like(get, { method: 'GET', body: Buffer.from('{}') })
  t.is(get?.headers['content-type'], 'application/json')
  t.like(post, { method: 'POST', body: Buffer.alloc(0) })
  t.is(post?.headers['content-length'], '0')
  t.is(post?.headers['content-type'], undefined)
})

for (const initialWindowSize of [1_000, 65_535, 1_000_000]) {
  test(`over HTTP/2 the whole body arrives through a window of ${initialWindowSize} bytes`, async (t) => {
    const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
    const origin = await startEcho(t, undefined, { pair, initialWindowSize })
    const data = { text: '数'.repeat(60_000) }
    const state = await poll(t, `${origin.url}/`, { data, http2: true })
    t.like(state, { verdict: 'up', method: 'POST', httpVersion: '2' })
    const [one] = origin.received
    t.is(one?.body.toString(), data.text)
    t.like(one?.headers, { 'content-length': '180000', 'content-type': 'text/plain; charset=utf-8' })
  })
}

test('a server that answers before it has read the body has answered', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end('HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n\r\n'))
    socket.pause().resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const state = await poll(t, url, { data: { text: '数'.repeat(60_000) } })
  t.like(state, { reason: 'status', status: 413 })
})

/** What fetch sends after a redirect, by status: to POST and to PUT. */
const AFTER: readonly (readonly [status: number, post: string, put: string])[] = [
  [301, 'GET', 'PUT'],
  [302, 'GET', 'PUT'],
  [303, 'GET', 'GET'],
  [307, 'POST', 'PUT'],
  [308, 'POST', 'PUT'],
]

for (const [status, afterPost, afterPut] of AFTER) {
  test(`after ${status}: the method and the body are those of fetch, and custom headers stay at their origin`, async (t) => {
    const other = await startEcho(t)
    const moved = (location: string): Reply => ({ status, headers: { location } })
    const origin = await startEcho(t, ({ path }) =>
      path === '/near' ? moved('/away') : path === '/away' ? moved(`${other.url}/there`) : { status: 200 },
    )
    const headers = [['X-Team', 'web'] as const, ['Content-Language', 'de'] as const]
    for (const [method, after] of [
      ['POST', afterPost],
      ['PUT', afterPut],
    ] as const) {
      const state = await poll(t, `${origin.url}/near`, { data: FORM, method, headers })
      t.like(state, { verdict: 'up', redirects: 2, method: after })
      const [here, there] = [origin.received.at(-1), other.received.at(-1)]
      const hasBody = after !== 'GET'
      for (const request of [here, there]) {
        t.like(request, { method: after, body: Buffer.from(hasBody ? FORM.text : '') })
        t.is(request?.headers['content-type'], hasBody ? 'application/x-www-form-urlencoded' : undefined)
        t.is(request?.headers['content-length'], hasBody ? '22' : undefined)
        t.is(request?.headers['content-language'], hasBody ? 'de' : undefined)
      }
      t.is(here?.headers['x-team'], 'web')
      t.is(there?.headers['x-team'], undefined)
    }
    // The judge of it all.
    const before = other.received.length
    const response = await fetch(`${origin.url}/near`, { method: 'POST', body: FORM.text })
    t.is(response.status, 200)
    t.like(other.received[before], {
      method: afterPost,
      body: Buffer.from(afterPost === 'GET' ? '' : FORM.text),
    })
  })
}

test('what a file held that no settings name any more is forgotten', async (t) => {
  const origin = await startEcho(t)
  const poller = new TestPoller({ timeoutMs: 20_000, data: { file: '/body' } })
  t.teardown(() => poller.close())
  poller.poller.setFiles([['/body', Buffer.from('old')]])
  await poller.pollWithoutStall(`${origin.url}/`)
  poller.poller.setFiles([['/body', null]])
  poller.setProfiles([[1, { data: { file: '/body' } }]])
  await poller.pollWithoutStall(`${origin.url}/`, { profile: 1 })
  t.deepEqual(
    origin.received.map(({ body }) => body.toString()),
    ['old', ''],
  )
})
