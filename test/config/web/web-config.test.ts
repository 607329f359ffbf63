import fs, { rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import test from 'ava'
import { Diagnostics } from '../../../src/print/diagnostics.ts'
import type { ExecutionContext } from 'ava'
import { readWebConfig } from '../../../src/config/web/read-web-config.ts'
import { WebConfigFile } from '../../../src/config/web/web-config-file.ts'
import type { WebConfig } from '../../../src/config/web/web-config.ts'
import { Authority } from '../../helpers/certificates.ts'
import type { Pair } from '../../helpers/certificates.ts'
import { directoryOf } from '../../helpers/directory.ts'

/** The hash of `secret`, of the lowest cost. */
const HASH = '$2y$04$ntbssW9JJkRRrMz9LwOItOuR.hbOetbXT601e4rPGJOVP6IvMcQS6'
const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n'

let authority: Authority
let pair: Pair
let other: Pair

test.before(async () => {
  authority = await Authority.create()
  pair = await authority.issue([{ type: 'dns', value: 'localhost' }])
  other = await authority.issue([{ type: 'dns', value: 'localhost' }])
})

/** A directory with a certificate, its key, that of another one, and an authority. */
function filesOf(t: ExecutionContext): string {
  const directory = directoryOf(t)
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  write('server.crt', pair.cert)
  write('server.key', pair.key)
  write('other.crt', other.cert)
  write('other.key', other.key)
  write('ca.crt', authority.pem)
  write('empty', '')
  write('web.yml', TLS)
  return directory
}

const read = (t: ExecutionContext, text: string) => readWebConfig(text, join(filesOf(t), 'web.yml'))

test('an empty file is plain HTTP, open to all', async (t) => {
  for (const text of [
    '',
    '# nothing\n',
    'tls_server_config:\nbasic_auth_users:\n',
    'rate_limit: { interval: 0, burst: 0 }',
  ])
    t.like(await read(t, text), {
      problems: [],
      config: { tls: null, users: new Map(), headers: {}, rateLimit: null },
    })
})

test('every key is read', async (t) => {
  const { config, problems, files } = await read(
    t,
    `${TLS}  client_ca_file: ca.crt
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [one.example, 192.0.2.1]
  min_version: TLS10
  max_version: TLS12
  prefer_server_cipher_suites: false
  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]
  curve_preferences: [CurveP256, X25519]
http_server_config:
  http2: false
  headers:
    X-Frame-Options: sameorigin
    X-Content-Type-Options: nosniff
    X-XSS-Protection: 1
    Strict-Transport-Security: max-age=31536000; includeSubDomains
    Content-Security-Policy: ''
basic_auth_users: { alice: ${HASH} }
rate_limit: { interval: 100ms, burst: 20 }
`,
  )
  t.deepEqual(problems, [])
  t.deepEqual(config, {
    tls: {
      cert: pair.cert,
      key: pair.key,
      clientCa: authority.pem,
      clientAuth: 'RequireAndVerifyClientCert',
      allowedSans: ['one.example', '192.0.2.1'],
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.2',
      ciphers:
        'ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:@SECLEVEL=0',
      prefersServerCiphers: false,
      curves: 'P-256:X25519',
    },
    users: new Map([['alice', HASH]]),
    headers: {
      'X-Frame-Options': 'sameorigin',
      'X-Content-Type-Options': 'nosniff',
      'X-XSS-Protection': '1',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    },
    rateLimit: { intervalMs: 100, burst: 20 },
  } satisfies WebConfig)
  t.is(files.size, 3)
})

test('certificate and key can stand in the file itself', async (t) => {
  const block = (pem: string) => `|\n${pem.trim().replace(/^/gm, '    ')}\n`
  const { config, problems } = await read(
    t,
    `tls_server_config:\n  cert: ${block(pair.cert)}  key: ${block(pair.key)}  client_ca: ${block(authority.pem)}  client_auth_type: RequireClientCert\n`,
  )
  t.deepEqual(problems, [])
  t.like(config.tls, { cert: `${pair.cert.trim()}\n`, clientAuth: 'RequireAnyClientCert' })
})

const MISTAKES: readonly (readonly [text: string, ...problems: string[]])[] = [
  ['basic_auth_user: {}', '1:1: unknown key "basic_auth_user": did you mean "basic_auth_users"?'],
  [
    'tls_server_config:\n  cert_filse: a',
    '2:3: unknown key "cert_filse": did you mean "cert_file"?',
    '2:3: tls_server_config: cert_file is missing, such as `cert_file: server.crt`',
  ],
  ['[]', '1:1: the file: must be a map, such as `name: value`'],
  ['a: b: c', '1:4: nested mappings are not allowed in compact mappings'],
  [
    'tls_server_config:\n  key_file: server.key',
    '2:3: tls_server_config: cert_file is missing, such as `cert_file: server.crt`',
  ],
  [
    'tls_server_config:\n  cert_file: server.crt\n  key_file: ""',
    '2:3: tls_server_config: key_file is missing, such as `key_file: server.key`',
  ],
  [
    'tls_server_config:\n  min_version: TLS12',
    '2:3: tls_server_config: cert_file is missing, such as `cert_file: server.crt`',
  ],
  [
    'tls_server_config:\n  cert_file: none\n  key_file: server.key',
    '2:14: cert_file: DIR/none: no such file or directory',
  ],
  [
    'tls_server_config:\n  cert_file: .\n  key_file: server.key',
    '2:14: cert_file: DIR: it is a directory; only regular files and pipes can be read',
  ],
  [
    'tls_server_config:\n  cert_file: empty\n  key_file: server.key',
    '2:14: cert_file: DIR/empty: no certificate in it, which begins with -----BEGIN CERTIFICATE-----',
  ],
  [
    'tls_server_config:\n  cert_file: server.crt\n  key_file: ca.crt',
    '3:13: key_file: DIR/ca.crt: no private key in it, such as one that begins with -----BEGIN PRIVATE KEY-----',
  ],
  [
    'tls_server_config:\n  cert_file: server.crt\n  key_file: other.key',
    '3:13: key: the key is not that of the certificate, which comes first in its file',
  ],
  [
    'tls_server_config:\n  cert: secret\n  key: secret',
    '2:9: cert: no certificate in it, which begins with -----BEGIN CERTIFICATE-----',
    '3:8: key: no private key in it, such as one that begins with -----BEGIN PRIVATE KEY-----',
  ],
  [`${TLS}  cert: x`, '4:9: cert: it cannot be used with cert_file'],
  [`${TLS}  cert_file: x`, '4:3: duplicate key'],
  [
    `${TLS}  client_ca_file: ca.crt`,
    '4:19: client_ca: it needs client_auth_type, such as `client_auth_type: RequireAndVerifyClientCert`',
  ],
  [
    `${TLS}  client_allowed_sans: [a]`,
    '4:25: client_allowed_sans: it needs client_auth_type, such as `client_auth_type: RequireAndVerifyClientCert`',
  ],
  [`${TLS}  client_allowed_sans: a`, '4:24: client_allowed_sans: must be a list, such as [a, b]'],
  [
    `${TLS}  client_auth_type: All`,
    '4:21: client_auth_type: must be one of NoClientCert, RequestClientCert, RequireAnyClientCert, RequireClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert',
  ],
  [`${TLS}  min_version: SSL30`, '4:16: min_version: must be one of TLS10, TLS11, TLS12, TLS13'],
  [`${TLS}  min_version: [TLS12]`, '4:16: min_version: must be one value, not a list'],
  [`${TLS}  min_version: TLS13\n  max_version: TLS12`, '5:16: max_version: it is below min_version'],
  [
    `${TLS}  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]`,
    '4:19: cipher_suites: must be one of TLS_AES_128_GCM_SHA256',
  ],
  [
    `${TLS}  curve_preferences: [CurveP257]`,
    '4:23: curve_preferences: must be one of X25519, CurveP256, CurveP384, CurveP521',
  ],
  [
    'http_server_config: { http2: true }',
    '1:30: http2: HTTP/2 is not supported: leave it out, or set it to false; clients use HTTP/1.1',
  ],
  ['http_server_config: { headers: { Content-Type: foo } }', '1:34: unknown key "Content-Type": '],
  [
    'http_server_config: { headers: { X-Frame-Options: foo } }',
    '1:51: X-Frame-Options: must be deny or sameorigin',
  ],
  [
    'http_server_config: { headers: { X-XSS-Protection: "a\\nb: c" } }',
    '1:52: X-XSS-Protection: a header cannot have such characters',
  ],
  [
    'basic_auth_users: { alice: secret }',
    '1:28: basic_auth_users: not a bcrypt hash, such as `htpasswd -nBC 10 NAME` prints',
  ],
  ['basic_auth_users: { alice: }', '1:28: basic_auth_users: not a bcrypt hash'],
  [
    `basic_auth_users: { "a:b": ${HASH} }`,
    '1:21: basic_auth_users: a name must not be empty or have a colon',
  ],
  [
    `basic_auth_users: { a: ${HASH.replace('$04', '$19')} }`,
    '1:24: basic_auth_users: a cost above 18 takes too long: use 10 to 12',
  ],
  ['rate_limit: { interval: 1s }', '1:13: rate_limit: burst must be at least 1, or nothing is answered'],
  ['rate_limit: { interval: soon, burst: 1 }', '1:25: interval: not a duration such as 30s or 1m30s'],
]

for (const [text, ...expected] of MISTAKES)
  test(`${JSON.stringify(text)} is a mistake`, async (t) => {
    const directory = filesOf(t)
    const { problems } = await readWebConfig(text, join(directory, 'web.yml'))
    const shown = problems.map(({ position, why }) => `${position}: ${why}`.replaceAll(directory, 'DIR'))
    t.deepEqual(
      shown.map((line, n) => line.slice(0, 12 + (expected[n]?.length ?? 1_000))),
      expected.map((line) => `DIR/web.yml:${line}`),
    )
    t.false(shown.join().includes('secret'))
  })

test('a change is taken in when the files are no longer being written; a broken one is reported once', async (t) => {
  const directory = filesOf(t)
  const path = join(directory, 'web.yml')
  const file = await WebConfigFile.open(path)
  const seen: (string | undefined)[] = []
  const observer = {
    changed: ({ tls }: WebConfig) => void seen.push(tls?.cert),
    log: (line: string) =>
      void seen.push(line.replaceAll(directory, 'DIR').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, 'TIME')),
  }
  const check = async (times: number) => {
    for (let n = 0; n < times; n++) await file.check(observer)
    return seen.splice(0)
  }
  t.deepEqual(await check(3), [])
  // The key comes later than the certificate.
  writeFileSync(join(directory, 'server.crt'), other.cert)
  t.deepEqual(await check(1), [])
  writeFileSync(join(directory, 'server.key'), other.key)
  t.deepEqual(await check(1), [])
  t.deepEqual(await check(3), [other.cert])

  writeFileSync(join(directory, 'server.crt'), 'broken')
  t.deepEqual(await check(4), [
    'DIR/web.yml:2:14: cert_file: DIR/server.crt: no certificate in it, which begins with -----BEGIN CERTIFICATE-----; what was read at TIME stays in use',
  ])
  t.is(file.config.tls?.cert, other.cert)
  rmSync(path)
  t.deepEqual(await check(4), ['DIR/web.yml: no such file or directory; what was read at TIME stays in use'])
  writeFileSync(path, 'basic_auth_users: {}')
  t.deepEqual(await check(4), [
    'DIR/web.yml: TLS can be switched on or off only by a restart; what was read at TIME stays in use',
  ])
  writeFileSync(path, TLS)
  writeFileSync(join(directory, 'server.crt'), other.cert)
  t.deepEqual(await check(4), [other.cert, 'info: DIR/web.yml: it is in use again, as read at TIME'])
})

test('a file that was cut while it was written takes no passwords away', async (t) => {
  const path = join(filesOf(t), 'web.yml')
  const users = `basic_auth_users: { alice: ${HASH} }\n`
  writeFileSync(path, users)
  const file = await WebConfigFile.open(path)
  const lines: string[] = []
  const settle = async (text: string) => {
    writeFileSync(path, text)
    for (let n = 0; n < 3; n++) await file.check({ changed: () => {}, log: (line) => void lines.push(line) })
    return file.config.users.size
  }
  for (const text of ['', '# alice\n', '---\n']) t.is(await settle(text), 1, text)
  t.is(lines.length, 1)
  t.regex(
    lines[0] ?? '',
    /web\.yml: the file is empty; to ask nobody for a password, write `\{\}`; what was read at .* stays in use$/,
  )
  t.is(await settle('{}\n'), 0)
  t.is(await settle(users), 1)
})

test('a change that came while nothing could be opened is taken in later', async (t) => {
  const path = join(filesOf(t), 'web.yml')
  writeFileSync(path, '{}')
  const file = await WebConfigFile.open(path)
  const { open } = fs
  t.teardown(() => {
    fs.open = open
    syncBuiltinESMExports()
  })
  let refused = 0
  fs.open = ((name: string, ...rest: [number, (error: Error | null) => void]) => {
    if (name !== path) return Reflect.apply(open, fs, [name, ...rest]) as void
    refused++
    return rest[1](Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
  }) as typeof fs.open
  syncBuiltinESMExports()
  const lines: string[] = []
  const check = async (times: number) => {
    for (let n = 0; n < times; n++)
      await file.check({ changed: () => {}, log: (line) => void lines.push(line) })
  }
  writeFileSync(path, `basic_auth_users: { alice: ${HASH} }\n`)
  await check(3)
  t.is(refused, 1)
  t.is(lines.length, 1)
  fs.open = open
  syncBuiltinESMExports()
  await check(60)
  t.is(file.config.users.size, 1)
})

test('each time that a file is broken and mended is said, though repeats are held back', async (t) => {
  const path = join(filesOf(t), 'web.yml')
  const clock = { ms: 0 }
  const file = await WebConfigFile.open(path, () => clock.ms)
  let written = ''
  const said = new Diagnostics(
    (text) => (written += text),
    () => clock.ms,
  )
  const log = (line: string) => said.log(`${line}\n`)
  for (const text of ['{', TLS, '{', TLS]) {
    writeFileSync(path, text)
    clock.ms += 5_000
    for (let n = 0; n < 4; n++) await file.check({ changed: () => {}, log })
  }
  const lines = written.trimEnd().split('\n')
  t.is(lines.length, 4, written)
  t.regex(lines[2] ?? '', /; what was read at 1970-01-01T00:00:10Z stays in use$/)
  t.regex(lines[3] ?? '', /: it is in use again, as read at 1970-01-01T00:00:20Z$/)
})
