import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority } from '../../helpers/certificates.ts'
import { curl } from '../../helpers/curl.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { limitConcurrency } from '../../helpers/limit-concurrency.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount, Program } from '../../helpers/program.ts'
import { testWith } from '../../helpers/tool.ts'

limitConcurrency(test, 2)

const testCurl = testWith('curl')

const LISTENING = /^Listening on https:\/\/127\.0\.0\.1:(\d+)\/$/m
const LOOPBACK = [{ type: 'ip', value: '127.0.0.1' }] as const

/** The hashes of `secret` and of `another`. */
const SECRET = '$2y$04$ntbssW9JJkRRrMz9LwOItOuR.hbOetbXT601e4rPGJOVP6IvMcQS6'
const ANOTHER = '$2y$04$YkgD3FgglMSvbIhYxnHItuENKSZVF1kAgSg7rl6nhmdgAG8OH/K0a'

const TLS = 'tls_server_config: { cert_file: server.crt, key_file: server.key }\n'

/** A directory with a file for `--web-config`, a certificate, its key and its authority. */
async function setUp(t: ExecutionContext, config: string) {
  const directory = directoryOf(t)
  const path = (name: string) => join(directory, name)
  const authority = await Authority.create()
  const issue = async () => {
    const { cert, key } = await authority.issue([...LOOPBACK])
    writeFileSync(path('server.crt'), cert)
    writeFileSync(path('server.key'), key)
    chmodSync(path('server.key'), 0o604)
    return cert
  }
  await issue()
  writeFileSync(path('ca.crt'), authority.pem)
  writeFileSync(path('web.yml'), config)
  return { authority, path, issue }
}

/** Asks until the status is the one expected. */
async function until(expected: number, ask: () => Promise<number>): Promise<void> {
  while ((await ask()) !== expected) await sleep(100)
}

const WEB_FAULT = fileURLToPath(new URL('../../helpers/web-fault.ts', import.meta.url))

testCurl(
  'TLS and passwords, changed while it runs; also a web thread that is replaced has them',
  async (t) => {
    const origin = await startOrigin(t)
    const { path, authority } = await setUp(t, `${TLS}basic_auth_users: { alice: ${SECRET} }\n`)
    const args = ['--listen', '0', '--web-config', path('web.yml'), '--pool-size', '1', '--format', 'json']
    const program = new Program(t, [...args, `${origin.url}/`], {
      env: { NODE_OPTIONS: `--import ${WEB_FAULT}`, FAULT_KIND: 'exit', FAULT_MARK: path('mark') },
    })
    await program.until(({ stderr }) => LISTENING.test(stderr))
    const url = `https://127.0.0.1:${LISTENING.exec(program.stderr)?.[1] ?? ''}`
    const ask = (where: string, ...more: readonly string[]) =>
      curl('--cacert', path('ca.crt'), ...more, `${url}${where}`)
    const status = async (...more: readonly string[]) => (await ask('/-/healthy', ...more)).status
    const write = (name: string, text: string) => {
      // As a whole, so that it is never seen half written.
      writeFileSync(path('new'), text)
      renameSync(path('new'), path(name))
    }

    t.is(await status(), 401)
    t.is(await status('-u', 'alice:wrong'), 401)
    t.is(await status('-u', 'bob:secret'), 401)
    t.is(await status('-u', 'alice:secret'), 200)
    const reload = await ask(
      '/-/reload',
      '-u',
      'alice:secret',
      '-X',
      'POST',
      '-H',
      'X-Forwarded-For: 192.0.2.1',
    )
    t.is(reload.status, 200)

    // Events have no end of their own.
    const events = ask('/api/v1/events', '-u', 'alice:secret')
    write('web.yml', `${TLS}basic_auth_users: { bob: ${ANOTHER} }\n`)
    const TIMED_OUT = 28
    t.not((await events).code, TIMED_OUT)
    await until(200, () => status('-u', 'bob:another'))
    t.is(await status('-u', 'alice:secret'), 401)

    // A mistake, while a web thread dies.
    write('web.yml', `${TLS}basic_auth_users: { bob: oops }\n`)
    await program.until(({ stderr }) => /what was read at \S+ stays in use/.test(stderr))
    writeFileSync(path('mark'), '')
    await program.until(({ stderr }) => stderr.includes('another takes its place'))
    await until(200, () => status('-u', 'bob:another'))
    t.is(await status(), 401)

    const client = await authority.issue([...LOOPBACK])
    writeFileSync(path('client.crt'), client.cert)
    writeFileSync(path('client.key'), client.key)
    write(
      'web.yml',
      'tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n  client_ca_file: ca.crt\n' +
        '  client_auth_type: RequireAndVerifyClientCert\n',
    )
    await until(0, () => status())
    t.is(await status('--cert', path('client.crt'), '--key', path('client.key')), 200)

    program.child.kill('SIGTERM')
    const { code, stderr } = await program.ended()
    t.is(code, 0)
    t.deepEqual(
      stderr
        .replaceAll(path('.'), 'DIR')
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:]{8}Z/g, 'TIME')
        .split('\n')
        .filter((line) => line.includes('DIR')),
      [
        'DIR/server.key: it holds a secret and others can read it: chmod 600',
        'DIR/web.yml:2:26: basic_auth_users: not a bcrypt hash, such as `htpasswd -nBC 10 NAME` prints; what was read at TIME stays in use',
        'DIR/web.yml: it is in use again, as read at TIME',
      ],
    )
    t.false(stderr.includes('oops'))
  },
)

test('mistakes are reported before anything is polled, and by --check', async (t) => {
  const origin = await startOrigin(t)
  const { path } = await setUp(
    t,
    `${TLS}basic_auth_users: { alice: secret }\nhttp_server_config: { http2: true }\n`,
  )
  const expected =
    'error: DIR/web.yml:2:28: basic_auth_users: not a bcrypt hash, such as `htpasswd -nBC 10 NAME` prints\n' +
    'error: DIR/web.yml:3:30: http2: HTTP/2 is not supported: leave it out, or set it to false; clients use HTTP/1.1\n'
  for (const flags of [['--check'], ['--listen', '0']]) {
    const { code, stdout, stderr } = await headcount(t, [
      ...flags,
      '--web-config',
      path('web.yml'),
      `${origin.url}/`,
    ])
    t.is(stderr.replaceAll(path('.'), 'DIR'), expected)
    t.is(stdout, '')
    t.is(code, 3)
  }
  t.deepEqual(origin.requestPaths, [])
  writeFileSync(path('web.yml'), TLS)
  t.is((await headcount(t, ['--check', '--web-config', path('web.yml'), `${origin.url}/`])).code, 0)
})

test('without --listen it is of no use, and is not written over', async (t) => {
  const { path } = await setUp(t, TLS)
  const url = 'http://127.0.0.1:1/'
  const useless = await headcount(t, ['--once', '--web-config', path('web.yml'), url])
  t.is(useless.code, 3)
  t.regex(useless.stderr, /--web-config.*: it has no effect without --listen/)
  const args = ['--once', '--listen', '0', '--web-config', path('web.yml'), '--output', path('web.yml'), url]
  t.is((await headcount(t, args)).code, 3)
  t.is(readFileSync(path('web.yml'), 'utf8'), TLS)
})
