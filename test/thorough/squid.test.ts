import type { ExecutionContext } from 'ava'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { parseProxySetting } from '../../src/settings/proxy.ts'
import type { State } from '../../src/state/state.ts'
import { Authority } from '../helpers/certificates.ts'
import { freePort } from '../helpers/free-port.ts'
import { HostileServer } from '../helpers/hostile-server.ts'
import { startMutualTls } from '../helpers/mutual-tls-server.ts'
import { SQUID, startSquid } from '../helpers/proxy-server.ts'
import { TestPoller } from '../helpers/test-poller.ts'
import { testWith } from '../helpers/tool.ts'

async function poll(
  t: ExecutionContext,
  url: string,
  proxy: string,
  different: Partial<PollOptions> = {},
): Promise<State> {
  const options = { proxy: parseProxySetting(proxy), timeoutMs: 20_000, getFallback: false, ...different }
  const poller = new TestPoller(options)
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(url)
}

/** Servers behind the proxy. */
async function serversFor(t: ExecutionContext) {
  const authority = await Authority.create()
  const secure = await startMutualTls(t, authority)
  const plain = await HostileServer.start()
  t.teardown(() => plain.close())
  return {
    tls: { ca: authority.pem },
    http: plain.url('ok'),
    https: `https://localhost:${secure.port}/`,
    port: secure.port,
    deadPort: await freePort(),
  }
}

testWith(SQUID, ['-v'])(
  'squid: http and https, what it denies, and what it says of a dead server',
  async (t) => {
    const { tls, http, https, port, deadPort } = await serversFor(t)
    const at = `http://127.0.0.1:${await startSquid(t, null)}`
    for (const keepAlive of [false, true]) {
      t.like(await poll(t, http, at, { keepAlive }), { verdict: 'up', reason: 'ok', status: 200 })
      t.like(await poll(t, https, at, { tls, keepAlive }), { verdict: 'up', tls: { protocol: 'TLSv1.3' } })
    }
    // Alone, nobody can tell who is to blame for what the proxy says.
    const dead = [`https://localhost:${deadPort}/`, `http://localhost:${deadPort}/`] as const
    const poller = new TestPoller({ proxy: parseProxySetting(at), timeoutMs: 20_000, getFallback: false })
    t.teardown(() => poller.close())
    for (const url of dead)
      t.like(await poller.pollWithoutStall(url), { verdict: 'unknown', reason: 'proxy' })
    t.like(await poller.pollWithoutStall(http), { verdict: 'up' })
    t.like(await poller.pollWithoutStall(dead[0]), { verdict: 'down', reason: 'unreachable' })
    t.like(await poller.pollWithoutStall(dead[1]), { verdict: 'down', reason: 'status', status: 503 })
    const rules = ['acl there port', `${port}`].join(' ')
    const strict = `http://127.0.0.1:${await startSquid(t, null, [rules, 'http_access deny CONNECT there'])}`
    t.like(await poll(t, https, strict, { tls }), {
      verdict: 'unknown',
      reason: 'proxy',
      detail: `${strict}: the proxy answered 403 Forbidden`,
    })
    t.like(await poll(t, http, strict), { verdict: 'up' })
  },
)

testWith(SQUID, ['-v'])('squid: names and passwords', async (t) => {
  const { tls, http, https } = await serversFor(t)
  const at = `127.0.0.1:${await startSquid(t, 'me se%25cret')}`
  const refused = {
    verdict: 'unknown',
    reason: 'proxy',
    detail: `http://${at}: the proxy answered 407 Proxy Authentication Required`,
  } as const
  for (const url of [http, https]) {
    t.like(await poll(t, url, `http://me:se%25cret@${at}`, { tls }), { verdict: 'up' })
    t.like(await poll(t, url, `http://me:wrong@${at}`, { tls }), refused)
    t.like(await poll(t, url, `http://${at}`, { tls }), refused)
  }
})
