import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Authority } from '../../helpers/certificates.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { freePort } from '../../helpers/free-port.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount, Program } from '../../helpers/program.ts'
import { testWith } from '../../helpers/tool.ts'
import { Valkey } from '../../helpers/valkey.ts'

// One machine and its server; several machines are in test/thorough/cluster.test.ts.

/** The machines in a summary. */
interface Cluster {
  readonly machines: readonly { readonly urls: number }[]
}

const testWithValkey = testWith('valkey-server')

const REFUSED: readonly (readonly [args: readonly string[], why: string])[] = [
  [['--cluster', 'http://192.0.2.1'], 'error: --cluster: not the URL of a Valkey or Redis'],
  [['--cluster', 'redis://192.0.2.1', '--once'], 'error: --cluster: it cannot be used with --once'],
  [
    ['--cluster', 'redis://192.0.2.1', '--alert-state', 'a.db'],
    'error: --alert-state: it has no effect with --cluster',
  ],
  [['--node', 'a'], 'error: --node: it has no effect without --cluster'],
  [['--cluster', 'redis://192.0.2.1', '--node', 'a b'], 'error: --node: not a name'],
  [
    ['--cluster', 'redis://192.0.2.1', '--cluster-cert', 'a.pem'],
    'error: --cluster-cert: it has no effect without TLS',
  ],
  [
    ['--cluster', 'rediss://192.0.2.1', '--cluster-key', 'a.pem'],
    'error: --cluster-key: --cluster-cert is needed too',
  ],
  [
    ['--cluster', 'redis://192.0.2.1', '--cluster-auth', 'none.txt'],
    'error: --cluster-auth: none.txt: no such file',
  ],
]

for (const [args, why] of REFUSED) {
  test(`${args.join(' ')} is refused`, async (t) => {
    const { code, stderr } = await headcount(t, ['http://192.0.2.1/', ...args])
    t.is(code, 3)
    t.true(stderr.startsWith(why), stderr)
  })
}

testWithValkey('a server that can not be used is refused with why', async (t) => {
  const evicting = await Valkey.start(t, '--maxmemory-policy', 'allkeys-lru')
  const locked = await Valkey.start(t, '--requirepass', 'secret')
  const other = await startOrigin(t)
  const login = join(directoryOf(t), 'login')
  writeFileSync(login, 'wrong\n')
  const cases = [
    [
      evicting.url,
      [],
      /its maxmemory-policy is allkeys-lru, so that it may forget batches: set it to noeviction/,
    ],
    [locked.url, [], /can't be used: it asks for a password: see --cluster-auth/],
    [locked.url, ['--cluster-auth', login], /can't be used: the user or the password is wrong/],
    [
      other.url.replace('http', 'redis'),
      [],
      /can't be used: what answers there is neither a Valkey nor a Redis/,
    ],
  ] as const
  await Promise.all(
    cases.map(async ([url, more, why]) => {
      const { code, stderr } = await headcount(t, ['http://192.0.2.1/', '--cluster', url, ...more])
      t.is(code, 1)
      t.regex(stderr, why)
      t.is(stderr.split('\n').filter((line) => line.startsWith('error:')).length, 1, stderr)
    }),
  )
})

testWithValkey(
  'a machine polls the list of the cluster, and its results come back from the server',
  async (t) => {
    const valkey = await Valkey.start(t)
    const origin = await startOrigin(t)
    const flags = [
      '--cluster',
      valkey.url,
      '--node',
      'a',
      '--interval',
      '500ms',
      '--format',
      'json',
      '--status-interval',
      '500ms',
      '-p',
      '1',
      // Too few for the whole list, if each poll took until its deadline: other machines may have some of it.
      '--concurrency',
      '1',
    ]
    const program = new Program(t, [`${origin.url}/a`, `${origin.url}/b`, ...flags])
    await program.until(({ json }) => json.filter(({ verdict }) => verdict === 'up').length >= 4)
    const summaryOfBoth = () =>
      program.json.find(({ cluster }) => (cluster as Cluster | undefined)?.machines[0]?.urls === 2)
    await program.until(() => summaryOfBoth() !== undefined)
    t.like(summaryOfBoth()?.['cluster'], { ready: true, machines: [{ node: 'a', up: true, plans: true }] })
    program.child.kill('SIGTERM')
    const { code, stderr } = await program.ended()
    t.is(code, 0)
    t.is(stderr, '')
    const shown = program.json.filter(({ verdict }) => verdict === 'up')
    t.is(shown.length, origin.requestPaths.length, 'each poll is shown once')
  },
)

testWithValkey(
  'TLS with an authority of its own, a client certificate, a user and a password from a file',
  async (t) => {
    const directory = directoryOf(t)
    const authority = await Authority.create()
    const pair = await authority.issue([{ type: 'dns', value: 'localhost' }])
    const paths = Object.fromEntries(
      Object.entries({ ca: authority.pem, cert: pair.cert, key: pair.key, login: 'default:s:cret\n' }).map(
        ([name, text]) => {
          writeFileSync(join(directory, name), text)
          return [name, join(directory, name)]
        },
      ),
    ) as Record<'ca' | 'cert' | 'key' | 'login', string>
    const port = await freePort()
    const { ca, cert, key, login } = paths
    const tls = [
      '--tls-port',
      `${port}`,
      '--tls-cert-file',
      cert,
      '--tls-key-file',
      key,
      '--tls-ca-cert-file',
      ca,
    ]
    await Valkey.start(t, ...tls, '--requirepass', 's:cret')
    const origin = await startOrigin(t)
    const flags = [
      '--cluster',
      `rediss://localhost:${port}`,
      '--cluster-auth',
      login,
      '--node',
      'a',
      '-p',
      '1',
    ]
    const secure = ['--cluster-cacert', ca, '--cluster-cert', cert, '--cluster-key', key]
    const program = new Program(t, [`${origin.url}/`, ...flags, ...secure, '-i', '500ms', '--format', 'json'])
    const untrusting = headcount(t, [`${origin.url}/`, ...flags])
    await program.until(({ json }) => json.some(({ verdict }) => verdict === 'up'))
    const { code, stderr } = await untrusting
    t.is(code, 1)
    t.regex(stderr, /can't be used: TLS fails: /)
  },
)
