import test from 'ava'
import type { ExecutionContext } from 'ava'
import { NO_WEB_CONFIG } from '../../../src/config/web/web-config.ts'
import type { WebConfig } from '../../../src/config/web/web-config.ts'
import { HttpServer } from '../../../src/web/server/http-server.ts'
import type { ServerOptions } from '../../../src/web/server/http-server.ts'

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
