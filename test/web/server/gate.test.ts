import test from 'ava'
import type { ExecutionContext } from 'ava'
import { NO_WEB_CONFIG } from '../../../src/config/web/web-config.ts'
import type { WebConfig } from '../../../src/config/web/web-config.ts'
import { HttpServer, RESPONSE_ALREADY_SENT } from '../../../src/web/server/http-server.ts'
import type { ServerOptions } from '../../../src/web/server/http-server.ts'
import { RawClient } from '../../helpers/raw-client.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const HASH = `$2y$04$${'.'.repeat(53)}`

/** A server whose right password is `secret`, and what asks it. */
async function start(t: ExecutionContext, config: Partial<WebConfig>, options: Partial<ServerOptions> = {}) {
  const server = new HttpServer((_, { isAuthenticated }) => new Response(String(isAuthenticated)), {
    ...options,
    config: { ...NO_WEB_CONFIG, ...config },
    checkPassword: (password) =>
      password === 'fail' ? Promise.reject(new Error('ended')) : Promise.resolve(password === 'secret'),
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  return {
    set: (next: Partial<WebConfig>) => server.setConfig({ ...NO_WEB_CONFIG, ...next }),
    async ask(password: string | null = null, user = 'alice') {
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        headers: password === null ? {} : { authorization },
      })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
  }
}

test('with users, a request needs a password', async (t) => {
  const { ask, set } = await start(t, { users: new Map([['alice', HASH]]) })
  const refused = await ask()
  t.is(refused.status, 401)
  t.is(refused.headers.get('www-authenticate'), 'Basic realm="headcount", charset="UTF-8"')
  t.is(refused.headers.get('x-content-type-options'), 'nosniff')
  t.is((await ask('wrong')).status, 401)
  t.is((await ask('secret', 'bob')).status, 401)
  t.is((await ask('fail')).status, 503)
  t.like(await ask('secret'), { status: 200, text: 'true' })
  set({ users: new Map([['bob', HASH]]) })
  t.is((await ask('secret')).status, 401)
  t.is((await ask('secret', 'bob')).status, 200)
  set({})
  t.like(await ask(), { status: 200, text: 'false' })
})

test('guessing is slowed down', async (t) => {
  const { ask } = await start(t, { users: new Map([['alice', HASH]]) })
  t.is((await ask('secret')).status, 200)
  const statuses = new Set<number>()
  for (let n = 0; n < 50; n++) statuses.add((await ask(`guess ${n}`)).status)
  t.deepEqual(statuses, new Set([401, 429]))
  t.is((await ask('secret')).status, 200)
})

test('rate_limit counts the requests of all', async (t) => {
  const { ask, set } = await start(t, { rateLimit: { intervalMs: 3_600_000, burst: 3 } })
  for (const expected of [200, 200, 200, 429]) t.is((await ask()).status, expected)
  t.is((await ask()).headers.get('retry-after'), '1')
  set({})
  t.is((await ask()).status, 200)
})

test('one client that floods is slowed down', async (t) => {
  const { ask } = await start(t, {}, { clientLimit: { atOnce: 3, perSecond: 1 / 3_600 } })
  for (const expected of [200, 200, 200, 429]) t.is((await ask()).status, expected)
})

test('headers of the configuration take the place of the usual ones', async (t) => {
  const { ask, set } = await start(t, {
    headers: { 'X-Frame-Options': 'sameorigin', 'X-XSS-Protection': '1' },
  })
  const { headers } = await ask()
  t.is(headers.get('x-frame-options'), 'sameorigin')
  t.is(headers.get('x-xss-protection'), '1')
  t.is(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'")
  set({})
  t.is((await ask()).headers.get('x-frame-options'), 'DENY')
})

test('an answer without an end ends when its login is taken away, others do not', async (t) => {
  const begun = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const server = new HttpServer(
    ({ url }, { outgoing, progress }) => {
      if (url.endsWith('/long')) {
        begun.resolve()
        return finish.promise.then(() => new Response('done'))
      }
      progress.setTimeLimit(null)
      outgoing.writeHead(200)
      outgoing.write('begun')
      return RESPONSE_ALREADY_SENT
    },
    { checkPassword: () => Promise.resolve(true) },
  )
  const set = (...users: readonly (readonly [string, string])[]) =>
    server.setConfig({ ...NO_WEB_CONFIG, users: new Map(users) })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  const open = async (user: string) => {
    const client = await RawClient.open(t, port)
    const authorization = `Authorization: Basic ${Buffer.from(`${user}:secret`).toString('base64')}\r\n`
    client.send(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${user === '' ? '' : authorization}\r\n`)
    await waitUntil(() => client.received.includes('begun'))
    return client
  }
  const nobody = await open('')
  set(['alice', HASH], ['bob', HASH], ['carol', HASH])
  await nobody.closed
  const [alice, bob, carol] = [await open('alice'), await open('bob'), await open('carol')]
  const ask = async () => {
    const authorization = `Basic ${Buffer.from('bob:secret').toString('base64')}`
    return (await fetch(`http://127.0.0.1:${port}/long`, { headers: { authorization } })).text()
  }
  const long = ask()
  await begun.promise
  // One user goes, and another gets another password.
  set(['alice', HASH], ['carol', HASH.replace('$04', '$05')])
  await Promise.all([bob.closed, carol.closed])
  finish.resolve()
  t.is(await long, 'done')
  t.false(alice.socket.closed)
  set()
  t.is(await ask(), 'done')
  t.false(alice.socket.closed, 'where no password is needed, all may go on')
})

test('a login that is taken away while its password is checked is wrong', async (t) => {
  const check = Promise.withResolvers<boolean>()
  const asked = Promise.withResolvers<void>()
  const config = { ...NO_WEB_CONFIG, users: new Map([['alice', HASH]]) }
  const server = new HttpServer(() => new Response('fine'), {
    config,
    checkPassword() {
      asked.resolve()
      return check.promise
    },
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  const answer = fetch(`http://127.0.0.1:${port}/`, {
    headers: { authorization: `Basic ${Buffer.from('alice:secret').toString('base64')}` },
  })
  await asked.promise
  server.setConfig({ ...config, users: new Map([['bob', HASH]]) })
  check.resolve(true)
  t.is((await answer).status, 401)
})
