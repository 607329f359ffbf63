import { once } from 'node:events'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { NO_WEB_CONFIG } from '../../../src/config/web/web-config.ts'
import { HttpServer } from '../../../src/web/server/http-server.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const HASH = `$2y$04$${'.'.repeat(53)}`

/** A server whose right password is `secret`, and which checks none until `release`. */
async function start(t: ExecutionContext) {
  const released = Promise.withResolvers<void>()
  const checked: string[] = []
  const arrived = { requests: 0 }
  const server = new HttpServer(() => new Response('fine'), {
    config: { ...NO_WEB_CONFIG, users: new Map([['alice', HASH]]) },
    async checkPassword(password) {
      checked.push(password)
      await released.promise
      return password === 'secret'
    },
    pages: {
      find() {
        arrived.requests++
        return null
      },
    },
  })
  const port = await server.listen({ host: '127.0.0.1', port: 0 }, (error) => t.fail(error.message))
  t.teardown(() => server.close())
  const statuses: number[] = []
  return {
    server,
    checked,
    arrived,
    statuses,
    release: released.resolve,
    /** Asks from an address; `status` is 0 if the connection is closed without an answer. */
    ask(localAddress: string, password: string) {
      const request = get({ port, host: '127.0.0.1', localAddress, agent: false, auth: `alice:${password}` })
      const status = once(request, 'response').then(
        ([answer]) => {
          const { statusCode = 0 } = (answer as IncomingMessage).resume()
          statuses.push(statusCode)
          return statusCode
        },
        () => 0,
      )
      return { status, leave: () => request.destroy() }
    },
  }
}

const count = (statuses: readonly number[], wanted: number) =>
  statuses.filter((status) => status === wanted).length

test('a client that guesses keeps no other from logging in', async (t) => {
  const { ask, arrived, statuses, release, checked } = await start(t)
  const guesses = Array.from({ length: 20 }, (_, n) => ask('127.0.0.1', `guess ${n}`))
  await waitUntil(() => count(statuses, 429) === 16)
  // Four clients may have four each.
  const others = ['127.0.0.3', '127.0.0.4'].flatMap((address) =>
    Array.from({ length: 4 }, (_, n) => ask(address, `guess of ${address} ${n}`)),
  )
  const friends = [ask('127.0.0.2', 'secret'), ask('127.0.0.2', 'secret')]
  await waitUntil(() => arrived.requests === 30)
  release()
  t.deepEqual(await Promise.all(friends.map(({ status }) => status)), [200, 200])
  for (const { status } of others) t.is(await status, 401)
  await Promise.all(guesses.map(({ status }) => status))
  t.is(count(statuses, 401), 12)
  t.is(checked.length, 13)
})

test('clients that take all places make room for another, whose turn comes before their second', async (t) => {
  const { ask, arrived, statuses, release, checked } = await start(t)
  const guesses: ReturnType<typeof ask>[] = []
  for (const address of ['127.0.0.1', '127.0.0.3', '127.0.0.4', '127.0.0.5'])
    for (let n = 0; n < 4; n++) {
      guesses.push(ask(address, `guess ${n} of ${address}`))
      await waitUntil(() => arrived.requests === guesses.length)
    }
  const friend = ask('127.0.0.2', 'secret')
  await waitUntil(() => count(statuses, 429) === 1)
  t.is(await guesses.at(-1)?.status, 429, 'the last of those with the most')
  // Those that have as many as one can have, or would have, get no more room.
  t.is(await ask('127.0.0.1', 'guess 5').status, 429)
  release()
  t.is(await friend.status, 200)
  await Promise.all(guesses.map(({ status }) => status))
  t.is(count(statuses, 401), 15)
  t.deepEqual(
    checked.slice(0, 6).map((password) => password.replace(/.* of /, '')),
    ['127.0.0.1', '127.0.0.3', '127.0.0.4', '127.0.0.5', 'secret', '127.0.0.1'],
  )
})

test('a password is not checked if nobody waits for it any more', async (t) => {
  const { ask, server, arrived, release, checked } = await start(t)
  const first = ask('127.0.0.1', 'guess 0')
  await waitUntil(() => checked.length === 1)
  const gone = [1, 2, 3].map((n) => ask('127.0.0.1', `guess ${n}`))
  const shared = ask('127.0.0.2', 'secret')
  await waitUntil(() => arrived.requests === 5)
  const same = ask('127.0.0.1', 'secret')
  await waitUntil(() => arrived.requests === 6)
  t.is(await ask('127.0.0.1', 'guess 4').status, 429)
  for (const { leave } of [...gone, shared]) leave()
  await waitUntil(() => server.connections === 2)
  const later = ask('127.0.0.1', 'guess 5')
  await waitUntil(() => arrived.requests === 8)
  release()
  t.is(await later.status, 401)
  t.is(await first.status, 401)
  t.is(await same.status, 200)
  t.deepEqual(checked, ['guess 0', 'secret', 'guess 5'])
})
