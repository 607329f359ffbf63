import test from 'ava'
import type { ExecutionContext } from 'ava'
import { pairKey } from '../../src/settings/certificate-paths.ts'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import { Authority } from '../helpers/certificates.ts'
import type { Pair } from '../helpers/certificates.ts'
import { startMutualTls } from '../helpers/mutual-tls-server.ts'
import type { MutualTlsServer } from '../helpers/mutual-tls-server.ts'
import { TestPoller } from '../helpers/test-poller.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** Longer than a connection is not reused after its first response, in ms. */
const COOLED_MS = 120

let authority: Authority
const pairs: Record<string, Pair> = {}
test.before(async () => {
  authority = await Authority.create()
  for (const name of ['a', 'b', 'renewed']) pairs[name] = await authority.issueWith([], -1, 1, `CN=${name}`)
})

const options = (name: string) => ({ cert: `/${name}.pem`, key: `/${name}.key` })

/** What main sends for the files of `name`, which hold the pair `held`. */
function fileOf(name: string, held = name): [string, Uint8Array] {
  const { cert, key } = pairs[held] as Pair
  return [pairKey(options(name)) as string, Buffer.from(JSON.stringify([cert, key]))]
}

/** A poller whose profiles 1 and 2 have the certificates a and b, and 3 none. */
function pollerFor(t: ExecutionContext, different: Partial<PollOptions> = {}): TestPoller {
  const poller = new TestPoller({ tls: { ca: authority.pem }, timeoutMs: 10_000, ...different })
  t.teardown(() => poller.close())
  poller.poller.setFiles([fileOf('a'), fileOf('b')])
  poller.setProfiles([
    [1, options('a')],
    [2, options('b')],
    [3, {}],
  ])
  return poller
}

const clients = ({ requests }: MutualTlsServer) => requests.map(({ client }) => client)

for (const keepAlive of [true, false]) {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`${version}, ${keepAlive ? 'kept' : 'new'} connections: each URL has its own certificate`, async (t) => {
      const server = await startMutualTls(t, authority, version)
      const poller = pollerFor(t, { keepAlive })
      const url = `https://127.0.0.1:${server.port}/`
      for (let round = 0; round < 2; round++) {
        for (const profile of [1, 2, 3]) t.is((await poller.pollWithoutStall(url, { profile })).verdict, 'up')
        poller.skip(COOLED_MS)
      }
      t.deepEqual(clients(server), ['a', 'b', '', 'a', 'b', ''])
      const resumed = server.requests.map(({ isResumed }) => isResumed)
      if (keepAlive) t.is(server.connections(), 3)
      // Each resumes its own session: the certificate in it would be that of another URL.
      else t.deepEqual(resumed, [false, false, false, true, true, true])
      poller.poller.setFiles([fileOf('a', 'renewed')])
      poller.skip(COOLED_MS)
      for (const profile of [1, 2]) await poller.pollWithoutStall(url, { profile })
      t.deepEqual(clients(server).slice(6), ['renewed', 'b'])
      t.false(server.requests[6]?.isResumed)
    })
  }
}

test('the flags have a certificate too; its files may come after the first profile', async (t) => {
  const server = await startMutualTls(t, authority)
  const poller = pollerFor(t, options('a'))
  const url = `https://127.0.0.1:${server.port}/`
  t.is((await poller.pollWithoutStall(url)).verdict, 'up')
  t.deepEqual(clients(server), ['a'])
})

test('a redirect to another host does not carry the certificate there, one to another port does', async (t) => {
  const other = await startMutualTls(t, authority)
  const server = await startMutualTls(t, authority)
  const poller = pollerFor(t)
  for (const host of ['localhost', '127.0.0.1']) {
    const to = `https://${host}:${other.port}/there`
    const state = await poller.pollWithoutStall(`https://127.0.0.1:${server.port}/to?${to}`, { profile: 1 })
    t.is(state.verdict, 'up', state.detail)
  }
  t.deepEqual(clients(server), ['a', 'a'])
  t.deepEqual(clients(other), ['', 'a'])
})

test('tls:// and wss:// have it too', async (t) => {
  // With TLS 1.3 the poll would be over before the server has the certificate.
  const server = await startMutualTls(t, authority, 'TLSv1.2')
  const poller = pollerFor(t)
  t.is((await poller.pollWithoutStall(`tls://127.0.0.1:${server.port}`, { profile: 2 })).verdict, 'up')
  await waitUntil(() => server.requests.length === 1)
  // The server refuses the upgrade, with 200.
  const state = await poller.pollWithoutStall(`wss://127.0.0.1:${server.port}/`, { profile: 1 })
  t.is(state.reason, 'protocol')
  t.deepEqual(clients(server), ['b', 'a'])
})
