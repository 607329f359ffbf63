import { mock } from 'node:test'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { oauth2Clients } from '../../src/settings/oauth2-clients.ts'
import { TokenStore } from '../../src/tokens/token-store.ts'
import { startOrigin } from '../helpers/origin.ts'
import { waitUntil } from '../helpers/wait-until.ts'

test.serial('a token that is refused is renewed, but no more often than once a minute', async (t) => {
  let [asked, now] = [0, 0]
  const origin = await startOrigin(t, (_, response) => {
    response.end(JSON.stringify({ access_token: `t${++asked}`, expires_in: 3_600 }))
  })
  oauth2Clients.define('one', { tokenUrl: origin.url, clientId: 'a', secret: { text: 'b' }, scope: null })
  oauth2Clients.use('one')
  const told: string[] = []
  const store = new TokenStore(
    { userAgent: 'headcount/test', ca: null },
    (values) => told.push(...values.map(([key, bytes]) => `${key} ${Buffer.from(bytes).toString()}`)),
    () => now,
  )
  t.teardown(() => store.close())
  await waitUntil(() => told.length === 1)
  store.renew('one', 't1')
  await waitUntil(() => told.length === 2)
  now += 59_999
  // Another poll that still had the old token, and one with the new one.
  store.renew('one', 't1')
  store.renew('one', 't2')
  t.deepEqual(told, ['oauth2:one t1', 'oauth2:one t2', 'oauth2:one t2', 'oauth2:one t2'])
  now++
  store.renew('one', 't2')
  await waitUntil(() => told.length === 5)
  t.is(told[4], 'oauth2:one t3')
  t.is(asked, 3)
})

/** A server whose tokens name the client that asks, and a store whose news are `KEY TOKEN`. */
async function start(t: ExecutionContext) {
  const asked: string[] = []
  let held: Promise<void> = Promise.resolve()
  const origin = await startOrigin(t, ({ headers }, response) => {
    const [id = ''] = Buffer.from((headers.authorization ?? '').slice(6), 'base64')
      .toString()
      .split(':')
    asked.push(id)
    void held.then(() => response.end(JSON.stringify({ access_token: `t-${id}`, expires_in: 3_600 })))
  })
  const told: string[] = []
  const store = new TokenStore(
    { userAgent: 'headcount/test', ca: null },
    (values) => told.push(...values.map(([key, bytes]) => `${key} ${Buffer.from(bytes).toString()}`)),
    () => 0,
  )
  t.teardown(() => store.close())
  const define = (name: string, clientId: string, isNamed = true) => {
    oauth2Clients.define(name, { tokenUrl: origin.url, clientId, secret: { text: 'b' }, scope: null })
    if (isNamed) oauth2Clients.use(name)
  }
  return { define, asked, told, store, hold: (until: Promise<void>) => void (held = until) }
}

test.serial(
  'a client that is defined anew gets another token at once, one that stays as it is does not',
  async (t) => {
    const { define, asked, told, hold } = await start(t)
    const released = Promise.withResolvers<void>()
    hold(released.promise)
    define('changing', 'a')
    await waitUntil(() => asked.includes('a'))
    hold(Promise.resolve())
    define('changing', 'b')
    await waitUntil(() => told.includes('oauth2:changing t-b'))
    // The answer to the former client comes late.
    released.resolve()
    define('changing', 'b')
    define('other', 'c')
    await waitUntil(() => told.includes('oauth2:other t-c'))
    define('changing', 'd')
    await waitUntil(() => told.includes('oauth2:changing t-d'))
    t.deepEqual(
      told.filter((one) => !one.startsWith('oauth2:one ')),
      ['oauth2:changing t-b', 'oauth2:other t-c', 'oauth2:changing t-d'],
    )
    t.deepEqual(asked, ['a', 'b', 'c', 'd'])
  },
)

test.serial('a client that is defined no more gets no token, until it is used again', async (t) => {
  const { define, asked, told, store, hold } = await start(t)
  const released = Promise.withResolvers<void>()
  hold(released.promise)
  define('leaving', 'a')
  await waitUntil(() => asked.includes('a'))
  oauth2Clients.remove('leaving')
  released.resolve()
  hold(Promise.resolve())
  define('staying', 'b')
  await waitUntil(() => told.includes('oauth2:staying t-b'))
  store.renew('leaving', 't-a')
  t.false(told.some((one) => one.includes('leaving t')))
  define('leaving', 'c')
  await waitUntil(() => told.includes('oauth2:leaving t-c'))
  t.pass()
})

test.serial('a token that could not be renewed after a 401 stays until it ends', async (t) => {
  let [asked, now, isOut] = [0, 0, false]
  const origin = await startOrigin(t, (_, response) => {
    asked++
    if (isOut) response.writeHead(503).end()
    else response.end(JSON.stringify({ access_token: 'valid', expires_in: 3_600 }))
  })
  oauth2Clients.define('out', { tokenUrl: origin.url, clientId: 'a', secret: { text: 'b' }, scope: null })
  oauth2Clients.use('out')
  const told: string[] = []
  const store = new TokenStore(
    { userAgent: 'headcount/test', ca: null },
    (values) =>
      void told.push(
        ...values
          .filter(([key]) => key === 'oauth2:out')
          .map(([, bytes, problem]) => `${Buffer.from(bytes).toString()}: ${problem}`),
      ),
    () => now,
  )
  t.teardown(() => {
    store.close()
    oauth2Clients.remove('out')
  })
  await waitUntil(() => told.length === 1)
  isOut = true
  store.renew('out', 'valid')
  await waitUntil(() => told.length === 2)
  // It is tried again later, but not for each 401.
  store.renew('out', 'valid')
  const problem = 'no other token from out: status 503'
  t.deepEqual(told, ['valid: ', `valid: ${problem}`, `valid: ${problem}`])
  t.is(asked, 2)
  now = 3_600_000
  store.renew('out', 'valid')
  await waitUntil(() => told.at(-1) === ': no token from out: status 503')
})

test.serial(
  'a client that the configuration takes out gets no token, until it is defined again',
  async (t) => {
    const { define, asked, told, store } = await start(t)
    define('gone', 'a')
    await waitUntil(() => told.includes('oauth2:gone t-a'))
    oauth2Clients.withdraw('gone')
    await waitUntil(() => told.at(-1) === 'oauth2:gone ')
    store.renew('gone', 't-a')
    // Whatever names it has not been read again since.
    define('gone', 'b', false)
    await waitUntil(() => told.includes('oauth2:gone t-b'))
    t.deepEqual(asked, ['a', 'b'])
  },
)

test.serial('a client that a flag names stays', async (t) => {
  const { define } = await start(t)
  define('pinned', 'a')
  oauth2Clients.pin('pinned')
  oauth2Clients.withdraw('pinned')
  t.not(oauth2Clients.get('pinned'), null)
})

test.serial('a token that ends at once is renewed once a second, not all the time', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  let asked = 0
  const origin = await startOrigin(t, (_, response) => {
    response.end(JSON.stringify({ access_token: `t${++asked}`, expires_in: 0.001 }))
  })
  const told: string[] = []
  const store = new TokenStore(
    { userAgent: 'headcount/test', ca: null },
    (values) =>
      void told.push(
        ...values.filter(([key]) => key === 'oauth2:brief').map(([, bytes]) => Buffer.from(bytes).toString()),
      ),
    () => 0,
  )
  t.teardown(() => {
    store.close()
    oauth2Clients.remove('brief')
  })
  oauth2Clients.define('brief', { tokenUrl: origin.url, clientId: 'a', secret: { text: 'b' }, scope: null })
  oauth2Clients.use('brief')
  await waitUntil(() => told.length === 1)
  mock.timers.tick(999)
  // While it is not being renewed, the answer comes at once.
  store.renew('brief', 'former')
  t.deepEqual(told, ['t1', 't1'])
  mock.timers.tick(1)
  await waitUntil(() => told.length === 3)
  t.is(told[2], 't2')
})
