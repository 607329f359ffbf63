import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { ClientCertificates } from '../../src/settings/client-certificates.ts'
import { checkCertificate, checkKey, checkPair } from '../../src/settings/pem.ts'
import type { FileUse } from '../../src/settings/file-uses.ts'
import { RequestFiles } from '../../src/settings/request-files.ts'
import type { FileChange } from '../../src/settings/request-files.ts'
import { selfSigned } from '../helpers/certificates.ts'
import type { Pair } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const HOST = [{ type: 'dns', value: 'client.example' } as const]

let one: Pair
let two: Pair
test.before(async () => {
  one = await selfSigned(HOST)
  two = await selfSigned(HOST)
})

/** Two files with the first pair, followed, and what their observer hears. */
function setUp(t: ExecutionContext, graceMs: number) {
  const directory = directoryOf(t)
  const [cert, key] = [join(directory, 'a.pem'), join(directory, 'a.key')]
  const write = (certText: string | null, keyText: string | null) => {
    if (certText !== null) writeFileSync(cert, certText)
    if (keyText !== null) writeFileSync(key, keyText, { mode: 0o600 })
  }
  write(one.cert, one.key)
  const files = new RequestFiles()
  const certificates = new ClientCertificates(files, graceMs)
  certificates.use(cert, key)
  const sent: string[] = []
  const lines: string[] = []
  const log = (line: string) => void lines.push(line.replaceAll(directory, 'DIR'))
  const changed = (pairs: readonly FileChange[]) =>
    void sent.push(...pairs.map(([, bytes]) => (bytes === null ? 'none' : Buffer.from(bytes).toString())))
  const uses: FileUse[] = [
    [cert, checkCertificate],
    [key, checkKey],
  ]
  const observer = { changed: (some: readonly FileChange[]) => changed(certificates.changedBy(some)), log }
  t.teardown(files.follow({ ...observer, uses: () => uses }, 3_600_000))
  t.teardown(certificates.follow({ changed, log }))
  /** Two checks: a change is taken in by the second. */
  const check = async () => {
    await files.check()
    await files.check()
  }
  return { cert, key, write, certificates, sent, lines, check, uses }
}

const textsOf = ({ cert, key }: Pair) => JSON.stringify([cert.trim(), key.trim()])

test('half a change waits for the other half, and then counts', async (t) => {
  const { write, certificates, sent, lines, check } = setUp(t, 3_600_000)
  t.is(Buffer.from(certificates.all()[0]?.[1] ?? []).toString(), textsOf(one))
  write(two.cert, null)
  await check()
  t.deepEqual(sent, [])
  write(null, two.key)
  await check()
  t.deepEqual(sent, [textsOf(two)])
  t.deepEqual(lines, [])
})

test('a pair that stays broken is reported once, and so is a file that vanishes; the last pair stays', async (t) => {
  const { cert, write, certificates, sent, lines, check } = setUp(t, 0)
  write(null, two.key)
  await check()
  await waitUntil(() => lines.length > 0)
  rmSync(cert)
  await check()
  await check()
  t.deepEqual(sent, [])
  t.is(Buffer.from(certificates.all()[0]?.[1] ?? []).toString(), textsOf(one))
  t.deepEqual(lines, [
    'DIR/a.key: the key is not that of the certificate: write two that belong together, as in cert=client.pem key=client.key; the last certificate and key are still used',
    'DIR/a.pem: no such file or directory; its last contents are still sent',
  ])
})

test('a pair of which a file is not named any more is forgotten, and may come again', async (t) => {
  const { cert, key, write, certificates, sent, lines, check, uses } = setUp(t, 0)
  uses.pop()
  await check()
  t.deepEqual(sent, ['none'])
  t.deepEqual(certificates.all(), [])
  write(two.cert, two.key)
  await check()
  certificates.use(cert, key)
  t.deepEqual(sent, ['none', textsOf(two)])
  t.deepEqual(lines, [])
})

test('what is no certificate or no key is told apart, and not shown', (t) => {
  const secret = 'SGVsbG8gc2VjcmV0'
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const encrypted = (type: 'pkcs8' | 'sec1') =>
    privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
  const der = new X509Certificate(one.cert).raw
  const cases: readonly [ReturnType<typeof checkKey>, RegExp | null][] = [
    [checkCertificate(Buffer.from(one.cert)), null],
    [checkCertificate(Buffer.from(`text before\n${two.cert}\n${one.cert}`)), null],
    [checkCertificate(der), /^it is not PEM: /],
    [checkCertificate(Buffer.from('')), /^it is not PEM: /],
    [checkCertificate(Buffer.from(one.key)), /^it holds no certificate: .*cert=client.pem/],
    [
      checkCertificate(Buffer.from(`-----BEGIN CERTIFICATE-----\n${secret}\n-----END CERTIFICATE-----`)),
      /the file is damaged$/,
    ],
    [checkKey(Buffer.from(one.key)), null],
    [checkKey(Buffer.from(one.cert)), /^it holds no key: .*key=client.key/],
    [checkKey(Buffer.from(secret)), /^it is not PEM: /],
    [checkKey(Buffer.from(encrypted('pkcs8'))), /^the key is encrypted: .*openssl pkey -in/],
    [checkKey(Buffer.from(encrypted('sec1'))), /^the key is encrypted: /],
    [checkKey(Buffer.from(`-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`)), /damaged/],
    [checkPair(one.cert, one.key), null],
    [checkPair(one.cert, two.key), /^the key is not that of the certificate/],
  ]
  for (const [why, expected] of cases) {
    if (expected === null) t.is(why, null)
    else t.regex(why ?? '', expected)
    t.false(why?.includes(secret) === true)
  }
})
