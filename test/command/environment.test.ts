import test from 'ava'
import { FLAGS } from '../../src/command/flag-table.ts'
import { readEnvironment, unknownText } from '../../src/command/environment.ts'
import { SCHEME_LIST } from '../../src/settings/schemes.ts'

const reads = test.macro({
  exec: (t, env: Record<string, string>, values: Record<string, unknown>, mistakes: string[] = []) => {
    const read = readEnvironment(env, FLAGS)
    t.deepEqual(Object.fromEntries([...read.layer].map(([name, { value }]) => [name, value])), values)
    t.deepEqual(read.mistakes, mistakes)
    t.deepEqual(read.unknown, [])
  },
  title: (_, env) => JSON.stringify(env),
})

test(reads, { HEADCOUNT_STATUS_INTERVAL: '5s' }, { 'status-interval': 5_000 })
test(reads, { HEADCOUNT_INTERVAL: '' }, {})
test(
  reads,
  { HEADCOUNT_ONCE: '1', HEADCOUNT_HTTP2: 'Yes ', HEADCOUNT_INSECURE: 'off' },
  {
    once: true,
    http2: true,
    insecure: false,
  },
)
test(
  reads,
  { HEADCOUNT_NO_RECHECK: '1', HEADCOUNT_NO_KEEP_ALIVE: '0' },
  { recheck: false, 'keep-alive': true },
)
test(reads, { HEADCOUNT_RECHECK: '0', HEADCOUNT_NO_RECHECK: '1' }, { recheck: false })
test(reads, { HEADCOUNT_RECHECK: '1', HEADCOUNT_NO_RECHECK: '1' }, { recheck: true }, [
  'error: HEADCOUNT_NO_RECHECK: it says the opposite of HEADCOUNT_RECHECK',
])
test(reads, { HEADCOUNT_ONCE: 'maybe' }, {}, ['error: HEADCOUNT_ONCE: must be on or off'])
test(reads, { HEADCOUNT_HEADER: 'X-A: 1,X-B: 2; a b' }, { header: [['X-A', '1,X-B: 2; a b']] })
test(
  reads,
  { HEADCOUNT_HEADER: 'X-A: 1\r\n\n  X-B: 2\n' },
  {
    header: [
      ['X-A', '1'],
      ['X-B', '2'],
    ],
  },
)
test(
  reads,
  { HEADCOUNT_FILE: 'a b.txt\nhttps://c.example/list' },
  { file: ['a b.txt', 'https://c.example/list'] },
)
test(reads, { HEADCOUNT_HEADER: 'X-A: 1\nsecret', HEADCOUNT_CANARY: 'secret:pass@h' }, {}, [
  'error: HEADCOUNT_HEADER: not a header such as "name: value"',
  `error: HEADCOUNT_CANARY: not a valid URL: only ${SCHEME_LIST} are polled`,
])
// What Kubernetes sets beside a service named headcount.
test(
  reads,
  {
    HEADCOUNT_PORT: 'tcp://10.0.0.1:80',
    HEADCOUNT_PORT_80_TCP_ADDR: '10.0.0.1',
    HEADCOUNT_SERVICE_HOST: '10.0.0.1',
  },
  {},
)
test(reads, { HEAD: '1', XHEADCOUNT_ONCE: '1' }, {})

test('variables that set nothing are reported with the closest name and without their values', (t) => {
  const { layer, unknown } = readEnvironment(
    {
      HEADCOUNT_INTERVALL: 'secret',
      HEADCOUNT_HELP: '1',
      HEADCOUNT_VERSION: '1',
      HEADCOUNT_NO_KEEPALIVE: '1',
      HEADCOUNT_TOKEN_OF_OURS: 'secret',
      'HEADCOUNT_\u001b[2J': 'secret',
      headcount_once: '1',
    },
    FLAGS,
  )
  t.is(layer.size, 0)
  t.deepEqual(unknownText(unknown, FLAGS), [
    'HEADCOUNT_INTERVALL is set, and there is no such flag: was HEADCOUNT_INTERVAL meant?',
    'HEADCOUNT_HELP is set, and has no effect: --help is for the command line alone',
    'HEADCOUNT_VERSION is set, and has no effect: --version is for the command line alone',
    'HEADCOUNT_NO_KEEPALIVE is set, and there is no such flag: was HEADCOUNT_NO_KEEP_ALIVE meant?',
    'HEADCOUNT_TOKEN_OF_OURS is set, and there is no such flag',
    '"HEADCOUNT_\\u001b[2J" is set, and there is no such flag',
    'headcount_once is set, and there is no such flag: was HEADCOUNT_ONCE meant?',
  ])
})
