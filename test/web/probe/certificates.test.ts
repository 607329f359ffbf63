import { X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { PeerCertificate } from 'node:tls'
import test from 'ava'
import { checkName } from '../../../src/web/probe/check-name.ts'
import { chainExpiry, TrustedRoots } from '../../../src/web/probe/verified-chain.ts'
import { Authority } from '../../helpers/certificates.ts'

const DAY_MS = 86_400_000

// What Go accepts was taken from blackbox_exporter 0.26.
const NAMES: readonly (readonly [subjectaltname: string, host: string, isAccepted: boolean])[] = [
  ['DNS:h.example', 'h.example', true],
  ['DNS:H.EXAMPLE', 'h.Example.', true],
  ['DNS:o.example, DNS:h.example', 'h.example', true],
  ['DNS:o.example', 'h.example', false],
  // The common name is h.example in all of them.
  ['', 'h.example', false],
  ['IP Address:127.0.0.9', 'h.example', false],
  ['email:a@h.example', 'h.example', false],
  ['DNS:*.example', 'h.example', true],
  ['DNS:*.example', 'a.h.example', false],
  ['DNS:*.example', 'example', false],
  ['DNS:*', 'example', false],
  ['DNS:*.*', 'h.example', false],
  ['DNS:h*.example', 'h.example', false],
  ['DNS:h.example.', 'h.example', false],
  ['DNS:h_x.example', 'h_x.example', true],
  ['DNS:"a,DNS:h.example"', 'h.example', false],
  ['IP Address:127.0.0.1', '127.0.0.1', true],
  ['DNS:127.0.0.1', '127.0.0.1', false],
]

for (const [subjectaltname, host, isAccepted] of NAMES)
  test(`a certificate of "${subjectaltname}" for ${host}`, (t) => {
    const certificate = { subject: { CN: 'h.example' }, subjectaltname } as PeerCertificate
    t.is(checkName(host, certificate) === undefined, isAccepted)
  })

async function leafOf(authority: Authority, days: number): Promise<X509Certificate> {
  const { cert } = await authority.issue([{ type: 'dns', value: 'a.example' }], -1, days)
  return new X509Certificate(cert)
}

/** In whole days from now; null if there is no chain. */
function daysLeft(leaf: X509Certificate, sent: readonly string[], ...trusted: readonly Authority[]) {
  const roots = new TrustedRoots(() => trusted.map(({ pem }) => pem))
  const others = sent.map((pem) => new X509Certificate(pem))
  const end = chainExpiry(leaf, others, roots, Date.now())
  return end === null ? null : Math.round((end - Date.now()) / DAY_MS)
}

test('a chain ends with its first certificate, which may be the root', async (t) => {
  const root = await Authority.create(30)
  const intermediate = await root.intermediate(20)
  const leaf = await leafOf(intermediate, 10)
  t.is(daysLeft(leaf, [intermediate.pem], root), 10)
  t.is(daysLeft(await leafOf(intermediate, 25), [intermediate.pem], root), 20)
  t.is(daysLeft(await leafOf(root, 40), [], root), 30)
  t.is(daysLeft(leaf, [], root), null)
  t.is(daysLeft(leaf, [intermediate.pem], await Authority.create(30)), null)
})

test('of several chains the one counts that lasts longest, and none with an expired certificate', async (t) => {
  const [old, root] = await Promise.all([Authority.create(60), Authority.create(50)])
  const cross = await old.vouchFor(root, -1)
  const leaf = await leafOf(root, 40)
  t.is(daysLeft(leaf, [cross], old, root), 40)
  t.is(daysLeft(leaf, [cross], old), null)
  t.is(daysLeft(leaf, [await old.vouchFor(root, 20)], old), 20)
  const twins = [await old.vouchFor(root, 5), cross, await old.vouchFor(root, 25)]
  t.is(daysLeft(leaf, twins, old), 25)
  t.is(daysLeft(leaf, twins, old, root), 40)
})

test('a certificate that is trusted itself needs no other', async (t) => {
  const own = await Authority.create(7)
  t.is(daysLeft(new X509Certificate(own.pem), [], own), 7)
})

/** How many signatures are checked for a leaf of the first of so many authorities, each of which vouches for all. */
async function checksFor(count: number): Promise<number> {
  const all = await Promise.all(Array.from({ length: count }, () => Authority.create(30)))
  const pems = await Promise.all(all.flatMap((one) => all.map((other) => one.vouchFor(other, 20))))
  let checks = 0
  const sent = pems.map((pem) => {
    const one = new X509Certificate(pem)
    const verify = one.verify.bind(one)
    return Object.assign(one, { verify: (key: KeyObject) => ++checks > 0 && verify(key) })
  })
  chainExpiry(await leafOf(all[0] as Authority, 10), sent, new TrustedRoots(() => []), Date.now())
  return checks
}

test('authorities that vouch for each other are no endless chain', async (t) => {
  // From the first one to the second and no further, the leaf's own signature aside.
  t.is(await checksFor(2), 2)
  t.true((await checksFor(6)) < 100)
})
