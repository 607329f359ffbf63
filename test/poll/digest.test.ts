import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { DIGEST_LOGIN, startDigest } from '../helpers/digest-server.ts'
import type { DigestTerms } from '../helpers/digest-server.ts'
import { startEcho } from '../helpers/echo-origin.ts'
import { TestPoller } from '../helpers/test-poller.ts'

const FILE = '/login'

function pollerFor(
  t: ExecutionContext,
  different: Partial<PollOptions> = {},
  login = DIGEST_LOGIN,
): TestPoller {
  const auth = { scheme: 'digest', file: FILE } as const
  const poller = new TestPoller({ auth, timeoutMs: 10_000, ...different })
  t.teardown(() => poller.close())
  poller.poller.setFiles([[FILE, Buffer.from(`${login}\n`)]])
  return poller
}

const TERMS: readonly DigestTerms[] = [
  { algorithm: 'MD5' },
  { algorithm: 'MD5-sess' },
  { algorithm: 'SHA-256' },
  { algorithm: 'SHA-256-sess', qop: 'auth-int,auth' },
  { algorithm: null, qop: null },
  { before: 'Basic realm="x", Digest realm="x", nonce="y", algorithm=SHA-9, ', userhash: true },
  ...['Gerät', 'Zażółć', 'à'].map((realm) => ({ realm: Buffer.from(realm).toString('latin1') })),
  // Not UTF-8.
  { realm: 'Ger\xe4t', userhash: true },
]

for (const terms of TERMS) {
  for (const different of [{}, { keepAlive: true, method: 'GET' }, { data: { text: 'a=b' } }]) {
    test(`${JSON.stringify(terms)} ${JSON.stringify(different)}`, async (t) => {
      const server = await startDigest(t, terms)
      const poller = pollerFor(t, different)
      for (let poll = 0; poll < 3; poll++) {
        const state = await poller.pollWithoutStall(`${server.url}/a/b?c=d%20e`)
        t.is(state.verdict, 'up', `${state.detail} ${server.log.join()}`)
      }
      const counts = terms.qop === null ? [0, 0, 0] : [1, 2, 3]
      t.deepEqual(server.log, ['no credentials', ...counts.map((count) => `ok 1 ${count}`)])
      if ('data' in different)
        t.deepEqual(
          server.received.map(({ body }) => String(body)),
          Array(4).fill('a=b'),
        )
    })
  }
}

for (const saysStale of [true, false]) {
  test(`a nonce that is too old is replaced; the server ${saysStale ? 'says so' : 'does not say so'}`, async (t) => {
    const server = await startDigest(t, { uses: 2, saysStale })
    const poller = pollerFor(t)
    for (let poll = 0; poll < 4; poll++) t.is((await poller.pollWithoutStall(server.url)).verdict, 'up')
    t.deepEqual(server.log, ['no credentials', 'ok 1 1', 'ok 1 2', 'another nonce', 'ok 2 1', 'ok 2 2'])
  })
}

test('a nonce that is good for one request only is replaced at each redirect, and when GET follows HEAD', async (t) => {
  const next = new Map([
    ['/a', '/b'],
    ['/b', '/c'],
    ['/c', '/d'],
  ])
  const server = await startDigest(t, { uses: 1 }, ({ method, path }) => {
    const location = next.get(path)
    if (location !== undefined) return { status: 302, headers: { location } }
    return { status: method === 'HEAD' ? 405 : 200 }
  })
  const poller = pollerFor(t)
  for (let poll = 0; poll < 2; poll++)
    t.like(
      await poller.pollWithoutStall(`${server.url}/a`),
      { verdict: 'up', redirects: 3 },
      server.log.join(),
    )
  t.is(server.log.filter((line) => line.startsWith('ok')).length, 2 * 5)
})

test('a wrong password is sent once in each poll, and a server that always asks anew ends the poll', async (t) => {
  const server = await startDigest(t)
  const wrong = pollerFor(t, { getFallback: false }, 'me"\\é:wrong')
  for (let more = 0; more < 2; more++)
    t.like(await wrong.pollWithoutStall(server.url), { verdict: 'down', reason: 'status', status: 401 })
  const poll = ['no credentials', 'a wrong response']
  t.deepEqual(server.log, [...poll, ...poll])
  const never = await startEcho(t, () => ({
    status: 401,
    headers: { 'www-authenticate': 'Digest realm="r", nonce="n", stale=true' },
  }))
  t.like(await pollerFor(t, { getFallback: false }).pollWithoutStall(never.url), {
    reason: 'status',
    status: 401,
  })
  t.is(never.received.length, 3)
})

test('name and password are for the origin of the URL alone, and replace those in the URL', async (t) => {
  const other = await startDigest(t)
  const server = await startDigest(t, {}, () => ({
    status: 307,
    headers: { location: `${other.url}/there` },
  }))
  const poller = pollerFor(t, { headers: [['Authorization', 'x']], getFallback: false })
  const state = await poller.pollWithoutStall(server.url.replace('//', '//url:own@'))
  t.like(state, { verdict: 'down', status: 401 })
  t.deepEqual(server.log, ['no credentials', 'ok 1 1'])
  t.deepEqual(other.log, ['no credentials'])
  t.is(other.received[0]?.headers.authorization, undefined)
})

test('a server that refuses HEAD in spite of the right password is asked with GET and the password', async (t) => {
  const server = await startDigest(t, { uses: 1 }, ({ method }) => ({
    status: method === 'HEAD' ? 401 : 200,
  }))
  const poller = pollerFor(t)
  t.like(await poller.pollWithoutStall(server.url), { verdict: 'up', method: 'GET' }, server.log.join())
  t.deepEqual(server.log, ['no credentials', 'ok 1 1', 'no credentials', 'ok 2 1'])
})
