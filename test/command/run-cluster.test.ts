import test from 'ava'
import { CLUSTER_FLAGS } from '../../src/command/cluster-flags.ts'
import { subCommand } from '../../src/command/help/sub-commands.ts'
import { runCluster } from '../../src/command/run-cluster.ts'
import type { ClusterQuestion } from '../../src/command/run-cluster.ts'

const SERVER = ['--cluster', 'redis://192.0.2.1']

for (const [argv, said] of [
  [[], 'cluster: one of status, drain, resume, doctor has to follow'],
  [['doktor'], 'cluster: "doktor" is not known: was doctor meant?'],
  [['status', 'a', ...SERVER], 'cluster: nothing follows status: it is about all machines'],
  [['drain', ...SERVER], 'cluster: name one machine: headcount cluster drain NODE --cluster URL'],
  [['drain', 'a', 'b', ...SERVER], 'cluster: name one machine: headcount cluster drain NODE --cluster URL'],
  [
    ['drain', 'a/b', ...SERVER],
    'cluster: "a/b": not a name of letters, digits, dots, hyphens and underscores',
  ],
  [['status'], 'cluster: say which: --cluster redis://HOST:PORT, or --config FILE'],
  [['status', ...SERVER, '--cluster-cert', 'a.pem'], '--cluster-cert: it has no effect without TLS'],
] as const)
  test(`a mistake on the command line: cluster ${argv.join(' ')}`, async (t) => {
    const lines: string[] = []
    const never = () => Promise.reject(new Error('asked'))
    t.is(await runCluster(argv, (line) => lines.push(line), never), 3)
    t.is(lines.length, 1)
    t.true(lines[0]?.startsWith(`error: ${said}`), lines[0])
  })

test('the server is asked as it would be by a machine, and its answer is the exit code', async (t) => {
  const asked: ClusterQuestion[] = []
  const argv = ['drain', 'a', '--cluster', 'redis://192.0.2.1:1', '--cluster-name', 'other']
  const code = await runCluster(
    argv,
    () => {},
    (options, question) => {
      asked.push(question)
      t.is(options.name, 'other')
      t.deepEqual(options.server.hosts, [{ host: '192.0.2.1', port: 1 }])
      return Promise.resolve({ text: '', json: {}, code: 2 })
    },
  )
  t.is(code, 2)
  t.deepEqual(asked, [{ action: 'drain', node: 'a' }])
})

test('what can not be done is said', async (t) => {
  const lines: string[] = []
  const fails = () => Promise.reject(new Error('the server does not answer'))
  t.is(await runCluster(['status', ...SERVER], (line) => lines.push(line), fails), 1)
  t.deepEqual(lines, ['error: cluster: the server does not answer\n'])
})

test('it has the flags of a machine that say where the server is', (t) => {
  const own = subCommand('cluster').flags.map(({ name }) => name)
  const ofMachine = CLUSTER_FLAGS.map(({ name }) => name).filter((name) => !['node', 'zone'].includes(name))
  t.deepEqual(
    own.filter((name) => name.startsWith('cluster')),
    ofMachine,
  )
})
