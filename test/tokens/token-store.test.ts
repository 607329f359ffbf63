import test from 'ava'
import { oauth2Clients } from '../../src/settings/oauth2-clients.ts'
import { TokenStore } from '../../src/tokens/token-store.ts'
import { startOrigin } from '../helpers/origin.ts'
import { waitUntil } from '../helpers/wait-until.ts'

test('a token that is refused is renewed, but no more often than once a minute', async (t) => {
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
