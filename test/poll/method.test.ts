import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { Url } from '../../src/resource/resource.ts'
import { freePort } from '../helpers/free-port.ts'
import { HostileServer } from '../helpers/hostile-server.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'
import type { PollOptions } from '../../src/settings/poll-options.ts'

/** Longer than a connection is not reused after its first response, in ms. */
const COOLED_MS = 120

async function serve(t: ExecutionContext): Promise<HostileServer> {
  const server = await HostileServer.start()
  t.teardown(() => server.close())
  return server
}

function pollerWith(t: ExecutionContext, flags: Partial<PollOptions>): TestPoller {
  const poller = new TestPoller({ timeoutMs: 20_000, ...flags })
  t.teardown(() => poller.close())
  return poller
}

/** `HEAD /path` of each request. */
const requestsOf = ({ heads }: HostileServer) => heads.map((head) => head.split(' ').slice(0, 2).join(' '))

for (const method of ['POST', 'PUT', 'OPTIONS', 'PROPFIND', 'M-SEARCH', 'x']) {
  test(`the request has the method ${method}, which the State has too`, async (t) => {
    const server = await serve(t)
    const poller = pollerWith(t, { method })
    t.like(await poller.pollWithoutStall(server.url('not-found')), { reason: 'status', status: 404, method })
    t.deepEqual(requestsOf(server), [`${method} /not-found`])
  })
}

test('a kept connection takes PUT and no POST, which would be sent twice if the server closes it', async (t) => {
  const server = await serve(t)
  for (const [method, header, connections] of [
    ['PUT', 'keep-alive', 1],
    ['POST', 'close', 3],
  ] as const) {
    const poller = pollerWith(t, { method, keepAlive: true })
    for (let more = 0; more < 2; more++) {
      t.like(await poller.pollWithoutStall(server.url('ok-open')), { verdict: 'up' })
      poller.skip(COOLED_MS)
    }
    t.regex(server.heads.at(-1) ?? '', new RegExp(`^connection: ${header}\r\n`, 'm'))
    t.is(server.connections, connections)
  }
})

test('no second attempt follows a POST that may have been received', async (t) => {
  for (const [method, rechecked] of [
    ['POST', false],
    ['PUT', true],
  ] as const) {
    const server = await serve(t)
    const poller = pollerWith(t, { method })
    const state = await poller.pollWithoutStall(server.url('reset-at-once'), { verdict: 'up' })
    t.like(state, { reason: 'reset', rechecked })
    if (!rechecked) t.is(server.heads.length, poller.polls)
  }
})

test('a second attempt follows a POST that was never sent', async (t) => {
  const poller = pollerWith(t, { method: 'POST' })
  const url = `http://127.0.0.1:${await freePort()}/`
  t.like(await poller.pollWithoutStall(url, { verdict: 'up' }), { reason: 'refused', rechecked: true })
})

test('a canary gets HEAD, whatever the method of the URLs', async (t) => {
  const [server, canary] = [await serve(t), await serve(t)]
  const poller = pollerWith(t, { method: 'POST', canaries: [canary.url('ok') as Url] })
  await poller.poll(resource(server.url('reset-at-once'), { verdict: 'up' }))
  t.is(requestsOf(canary)[0], 'HEAD /ok')
})
