import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readWebConfig } from '../../src/config/web/read-web-config.ts'
import { Authority } from '../helpers/certificates.ts'
import { directoryOf } from '../helpers/directory.ts'
import { freePort } from '../helpers/free-port.ts'
import { startOrigin } from '../helpers/origin.ts'
import { Program } from '../helpers/program.ts'
import { startPrometheus } from '../helpers/prometheus.ts'
import { testWith } from '../helpers/tool.ts'

const HASH = '$2y$04$ntbssW9JJkRRrMz9LwOItOuR.hbOetbXT601e4rPGJOVP6IvMcQS6'
const TLS = 'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n'

/** Whether promtool takes a file, and whether headcount does; they differ where docs/http.md says so. */
const CASES: readonly (readonly [text: string, promtool: boolean, headcount: boolean])[] = [
  ['', true, true],
  [TLS, true, true],
  [`${TLS}basic_auth_users: { alice: ${HASH} }\n`, true, true],
  [`basic_auth_users: { alice: ${HASH.replace('$2y', '$2b')} }\n`, true, true],
  ['basic_auth_users: { alice: secret }\n', false, false],
  [`${TLS}  min_version: TLS13\n`, true, true],
  [`${TLS}  min_version: TLS10\n  max_version: TLS11\n`, true, true],
  [`${TLS}  min_version: TLS111\n`, false, false],
  [`${TLS}  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n`, true, true],
  [`${TLS}  client_auth_type: RequireClientCert\n`, true, true],
  [`${TLS}  client_auth_type: Sometimes\n`, false, false],
  [`${TLS}  client_ca_file: ca.crt\n`, false, false],
  [`${TLS}  client_auth_type: RequireAnyClientCert\n  client_allowed_sans: [a, b]\n`, true, true],
  [`${TLS}  client_allowed_sans: [a, b]\n`, true, false],
  [`${TLS}  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]\n`, true, true],
  [
    `${TLS}  cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA]\n`,
    true,
    true,
  ],
  [`${TLS}  cipher_suites: [ECDHE-RSA-AES128-GCM-SHA256]\n`, false, false],
  [`${TLS}  curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]\n`, true, true],
  [`${TLS}  curve_preferences: [CurveP257]\n`, false, false],
  [`${TLS}  prefer_server_cipher_suites: false\n`, true, true],
  [`${TLS}  cert_filse: a\n`, false, false],
  ['tls_server_config:\n  cert_file: server.crt\n', false, false],
  ['tls_server_config:\n  cert_file: server.crt\n  key_file: other.key\n', false, false],
  ['tls_server_config:\n  cert_file: none.crt\n  key_file: server.key\n', false, false],
  ['tls_server_config:\n  min_version: TLS12\n', true, false],
  ['http_server_config: { http2: false }\n', true, true],
  ['http_server_config: { http2: true }\n', true, false],
  ['http_server_config: { headers: { X-Frame-Options: deny, X-XSS-Protection: 1 } }\n', true, true],
  ['http_server_config: { headers: { X-Frame-Options: foo } }\n', false, false],
  ['http_server_config: { headers: { Content-Type: foo } }\n', false, false],
  ['http_server_config: { headers: { X-Content-Type-Options: nosniff } }\n', true, true],
  ['junk\n', false, false],
  ['other: {}\n', false, false],
]

testWith('promtool')('files are valid for promtool and for headcount alike', async (t) => {
  const directory = directoryOf(t)
  const authority = await Authority.create()
  for (const name of ['server', 'other']) {
    const { cert, key } = await authority.issue([{ type: 'dns', value: 'localhost' }])
    writeFileSync(join(directory, `${name}.crt`), cert)
    writeFileSync(join(directory, `${name}.key`), key)
  }
  writeFileSync(join(directory, 'ca.crt'), authority.pem)
  const path = join(directory, 'web.yml')
  for (const [text, ofPromtool, ofHeadcount] of CASES) {
    writeFileSync(path, text)
    const { status, stderr } = spawnSync('promtool', ['check', 'web-config', path], { encoding: 'utf8' })
    t.is(status === 0, ofPromtool, `promtool: ${text}\n${stderr}`)
    const { problems } = await readWebConfig(text, path)
    t.is(problems.length === 0, ofHeadcount, `headcount: ${text}\n${JSON.stringify(problems)}`)
  }
})

testWith('prometheus')('Prometheus scrapes over TLS with a password', async (t) => {
  const directory = directoryOf(t)
  const path = (name: string) => join(directory, name)
  const authority = await Authority.create()
  const { cert, key } = await authority.issue([{ type: 'ip', value: '127.0.0.1' }])
  writeFileSync(path('server.crt'), cert)
  writeFileSync(path('server.key'), key)
  writeFileSync(path('ca.crt'), authority.pem)
  writeFileSync(path('password'), 'secret\n')
  writeFileSync(path('web.yml'), `${TLS}basic_auth_users: { prometheus: ${HASH} }\n`)
  const origin = await startOrigin(t)
  const port = await freePort()
  const program = new Program(t, [
    ...['--listen', `127.0.0.1:${port}`, '--web-config', path('web.yml'), '--web-prefix', '/hc'],
    ...['--pool-size', '1', '--format', 'json', `${origin.url}/`],
  ])
  await program.until(({ stderr }) => stderr.includes(`Listening on https://127.0.0.1:${port}/hc/`))
  const job = (name: string, auth: string) => `
  - job_name: ${name}
    scrape_interval: 500ms
    scrape_timeout: 400ms
    scheme: https
    metrics_path: /hc/metrics
    tls_config: { ca_file: ${path('ca.crt')} }
${auth}    static_configs: [{ targets: ['127.0.0.1:${port}'] }]`
  const right = `    basic_auth: { username: prometheus, password_file: ${path('password')} }\n`
  const prometheus = await startPrometheus(t, `scrape_configs:${job('right', right)}${job('none', '')}\n`)
  const [up] = await prometheus.until('headcount_url_up{job="right"}')
  t.is(up?.value, 1)
  t.is((await prometheus.until('up{job="none"}'))[0]?.value, 0)
})
