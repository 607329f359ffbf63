import { createHash, X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import type { ServerOptions } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority, selfSigned } from '../../helpers/certificates.ts'
import type { Pair } from '../../helpers/certificates.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { TestPoller } from '../../helpers/test-poller.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'

const LOOPBACK = [{ type: 'ip', value: '127.0.0.1' } as const]
const SEEN = { status: 200, errCount: 0 }

let authority: Authority
/** Lasts for ten days. */
let good: Pair
test.before(async () => {
  authority = await Authority.create()
  good = await authority.issue(LOOPBACK, -1, 10)
})

/** An HTTPS server, and for each of its connections whether the session was resumed. */
async function serve(t: ExecutionContext, options: ServerOptions, location: string | null = null) {
  const resumed: boolean[] = []
  const server = createServer(options, (request, response) => {
    if (location === null || request.url !== '/away') response.end('ok')
    else response.writeHead(302, { location }).end()
  })
  server.on('secureConnection', (socket: TLSSocket) => resumed.push(socket.isSessionReused()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, resumed, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

function poller(t: ExecutionContext, different: Partial<PollOptions>) {
  const tls = { ca: authority.pem }
  const one = new TestPoller({ tls, timeoutMs: 10_000, ...different })
  t.teardown(() => one.close())
  return one
}

async function pollOnce(t: ExecutionContext, options: ServerOptions, different: Partial<PollOptions>) {
  const { url } = await serve(t, options)
  return poller(t, different).pollWithoutStall(url)
}

function sha256(of: Buffer): string {
  return createHash('sha256').update(of).digest('hex')
}

function fingerprints(pem: string) {
  const certificate = new X509Certificate(pem)
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return { certSha256: [sha256(certificate.raw)], spkiSha256: [sha256(key)] }
}

/** The date when a certificate expires. */
function expiryOf(pem: string): string {
  return new Date(new X509Certificate(pem).validTo).toISOString().slice(0, 10)
}

test('a certificate with enough days is up, one with fewer is tls-expiring', async (t) => {
  t.like(await pollOnce(t, good, { certDays: 9 }), { verdict: 'up', reason: 'ok', ...SEEN })
  t.like(await pollOnce(t, good, { certDays: 11 }), {
    verdict: 'down',
    reason: 'tls-expiring',
    detail: `the certificate expires ${expiryOf(good.cert)}, in 9 days; cert-days is 11`,
    ...SEEN,
  })
})

test('an intermediate certificate that expires soon is named', async (t) => {
  const intermediate = await authority.intermediate(5)
  const leaf = await intermediate.issue(LOOPBACK, -1, 10)
  // A certificate that has nothing to do with the chain does not count.
  const stranger = await authority.intermediate(1)
  const options = { key: leaf.key, cert: [leaf.cert, stranger.pem, intermediate.pem].join('\n') }
  t.like(await pollOnce(t, options, { certDays: 4 }), { verdict: 'up' })
  const state = await pollOnce(t, options, { certDays: 7 })
  t.like(state, { verdict: 'down', reason: 'tls-expiring', ...SEEN })
  t.is(
    state.detail,
    `the intermediate certificate ${new X509Certificate(intermediate.pem).subject} expires ${expiryOf(intermediate.pem)}, in 4 days; cert-days is 7`,
  )
})

test('the root is not checked, also if the server sends it', async (t) => {
  const options = { key: good.key, cert: [good.cert, authority.pem].join('\n') }
  // The root of tests lasts for two days.
  t.like(await pollOnce(t, options, { certDays: 9 }), { verdict: 'up' })
})

test('a pinned certificate or key is up, and any of several', async (t) => {
  const { certSha256, spkiSha256 } = fingerprints(good.cert)
  const other = 'ab'.repeat(32)
  t.like(await pollOnce(t, good, { certSha256: [other, ...certSha256] }), { verdict: 'up' })
  t.like(await pollOnce(t, good, { spkiSha256: [...spkiSha256, other] }), { verdict: 'up' })
  t.like(await pollOnce(t, good, { certSha256: [other], spkiSha256 }), { verdict: 'up' })
  t.like(await pollOnce(t, good, { certSha256: [other] }), {
    verdict: 'down',
    reason: 'tls-pin',
    detail: `the certificate has SHA-256 ${certSha256[0]}`,
    ...SEEN,
  })
  t.like(await pollOnce(t, good, { spkiSha256: certSha256 }), {
    verdict: 'down',
    reason: 'tls-pin',
    detail: `the public key has SHA-256 ${spkiSha256[0]}`,
    ...SEEN,
  })
})

test('a certificate without a subject is checked like others', async (t) => {
  const nameless = await authority.issue(LOOPBACK, -1, 5, '')
  t.like(await pollOnce(t, nameless, { certDays: 3 }), { verdict: 'up' })
  t.like(await pollOnce(t, nameless, fingerprints(nameless.cert)), { verdict: 'up' })
  t.like(await pollOnce(t, nameless, { certDays: 9 }), { verdict: 'down', reason: 'tls-expiring' })
})

test('with insecure, a pin is enough for a certificate that nobody vouches for', async (t) => {
  const own = await selfSigned(LOOPBACK)
  t.like(await pollOnce(t, own, { insecure: true, ...fingerprints(own.cert) }), { verdict: 'up' })
  t.like(await pollOnce(t, own, { insecure: true, ...fingerprints(good.cert) }), { reason: 'tls-pin' })
})

test('an older TLS than min-tls is down', async (t) => {
  const old = { ...good, maxVersion: 'TLSv1.2' } as const
  t.like(await pollOnce(t, old, { minTls: '1.2' }), { verdict: 'up' })
  t.like(await pollOnce(t, good, { minTls: '1.3' }), { verdict: 'up' })
  t.like(await pollOnce(t, old, { minTls: '1.3' }), {
    verdict: 'down',
    reason: 'tls-version',
    detail: 'the server chose TLSv1.2, and min-tls is TLSv1.3',
    ...SEEN,
  })
})

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
  test(`a resumed session is judged by the certificates of its full handshake, ${maxVersion}`, async (t) => {
    const intermediate = await authority.intermediate(5)
    const leaf = await intermediate.issue(LOOPBACK, -1, 10)
    const { resumed, url } = await serve(t, {
      key: leaf.key,
      cert: [leaf.cert, intermediate.pem].join('\n'),
      maxVersion,
    })
    const { certSha256, spkiSha256 } = fingerprints(leaf.cert)
    const own = poller(t, {})
    own.setProfiles([
      [1, { certDays: 4, certSha256 }],
      [2, { certDays: 7, spkiSha256 }],
      [3, { certSha256: spkiSha256 }],
    ])
    const expected = [undefined, 'ok', 'tls-expiring', 'tls-pin'] as const
    for (let times = 0; times < 4; times++) {
      // A URL of the same origin without such a setting has sessions of its own.
      t.is((await own.pollWithoutStall(url)).reason, 'ok')
      for (const profile of [1, 2, 3]) {
        const state = await own.pollWithoutStall(url, { profile })
        t.is(state.reason, expected[profile] as never, `${resumed.at(-1)}: ${state.detail}`)
      }
    }
    // A session whose certificates break the rules is not offered.
    t.deepEqual(resumed.filter((one) => !one).length, 10, resumed.join())
    t.is(resumed.filter(Boolean).length, 6)
  })
}

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`a certificate that is renewed while sessions stay valid counts at once, ${maxVersion}`, async (t) => {
    const old = await authority.issue(LOOPBACK, -1, 5)
    const ticketKeys = Buffer.alloc(48, 1)
    const { server, url } = await serve(t, { ...old, ticketKeys, maxVersion })
    const own = poller(t, {})
    own.setProfiles([
      [1, { certDays: 8 }],
      [2, { certSha256: fingerprints(good.cert).certSha256 }],
    ])
    const reasons = async () => [
      (await own.pollWithoutStall(url, { profile: 1 })).reason,
      (await own.pollWithoutStall(url, { profile: 2 })).reason,
    ]
    t.deepEqual(await reasons(), ['tls-expiring', 'tls-pin'])
    server.setSecureContext({ ...good, ticketKeys, maxVersion })
    t.deepEqual(await reasons(), ['ok', 'ok'])
  })

test('a kept connection is judged by the certificates of its handshake', async (t) => {
  const { resumed, url } = await serve(t, good)
  const own = poller(t, { keepAlive: true, certDays: 11 })
  for (let times = 0; times < 3; times++) {
    t.is((await own.pollWithoutStall(url)).reason, 'tls-expiring')
    own.skip(2_000)
  }
  t.is(resumed.length, 1)
})

test('the certificate of the answer counts, after redirects', async (t) => {
  const to = await serve(t, await authority.issue(LOOPBACK, -1, 3))
  const from = await serve(t, good, to.url)
  const state = await poller(t, { certDays: 9 }).pollWithoutStall(`${from.url}away`)
  t.like(state, { reason: 'tls-expiring', redirects: 1 })
})

test('plain HTTP has no certificate: only an https URL that ends there fails', async (t) => {
  const plain = await startOrigin(t)
  const pins = fingerprints(good.cert)
  const all = poller(t, { certDays: 9, minTls: '1.3', ...pins })
  t.is((await all.pollWithoutStall(plain.url)).verdict, 'up')
  const { url } = await serve(t, good, plain.url)
  const away = (different: Partial<PollOptions>) => poller(t, different).pollWithoutStall(`${url}away`)
  const detail = 'the answer came over plain HTTP, after a redirect'
  t.like(await away({ certDays: 9 }), { verdict: 'up' })
  t.like(await away(pins), { verdict: 'down', reason: 'tls-pin', detail })
  t.like(await away({ minTls: '1.2' }), { verdict: 'down', reason: 'tls-version', detail })
})

test('a status that is not accepted comes first', async (t) => {
  t.like(await pollOnce(t, good, { certDays: 11, accept: [[204, 204]] }), { reason: 'status', status: 200 })
})

test('a tls URL is judged by its certificates too', async (t) => {
  const { url } = await serve(t, good)
  const hostPort = url.slice('https://'.length, -1)
  const { certSha256 } = fingerprints(good.cert)
  const own = poller(t, {})
  own.setProfiles([
    [1, { certDays: 9, certSha256 }],
    [2, { certDays: 11 }],
    [3, { want: 'down' }],
  ])
  const expected = ['ok', 'ok', 'tls-expiring', 'unexpected'] as const
  for (const [profile, reason] of expected.entries())
    t.like(await own.pollWithoutStall(`tls://${hostPort}`, { profile }), { reason, errCount: 0 })
})
