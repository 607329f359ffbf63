import { createServer } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority } from '../../helpers/certificates.ts'
import type { Extension } from '../../helpers/certificates.ts'
import { HostileServer } from '../../helpers/hostile-server.ts'
import { alternativeNames, dns, ODD_CERTIFICATES } from '../../helpers/odd-certificates.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import type { State } from '../../../src/state/state.ts'

// Certificates with odd names: whether they are accepted, and that none ends the poller or gets unescaped into a line.

let authority: Authority
test.before(async () => (authority = await Authority.create()))

async function poll(
  t: ExecutionContext,
  extensions: readonly Extension[],
  host: string,
  subject?: string,
): Promise<State> {
  const pair = await authority.issueWith(extensions, -1, 1, subject)
  const tls = createServer(pair, () => {})
  tls.on('tlsClientError', () => {})
  const server = await HostileServer.start({}, tls)
  t.teardown(() => server.close())
  const poller = new TestPoller({ tls: { ca: authority.pem }, timeoutMs: 20_000 })
  t.teardown(() => poller.close())
  return poller.pollWithoutStall(`https://${host}:${server.port}/ok`)
}

for (const [title, extensions, host, reason] of ODD_CERTIFICATES) {
  test(title, async (t) => {
    const state = await poll(t, extensions, host)
    t.is(state.reason, reason, JSON.stringify(state))
    t.is(state.tls?.protocol, 'TLSv1.3')
    t.true(state.detail.length <= 500)
  })
}

test('the subject name is ignored if there are alternative names', async (t) => {
  t.is(
    (await poll(t, alternativeNames(dns('a.example')), 'localhost', 'CN=localhost')).reason,
    'tls-hostname',
  )
})

test('10,000 names: more than OpenSSL accepts in a certificate', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, at) => dns(`host-${at}.a.example`))
  t.like(await poll(t, alternativeNames(...many, dns('localhost')), 'localhost'), {
    reason: 'tls',
    tls: null,
  })
})
