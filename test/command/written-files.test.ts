import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readCommand } from '../../src/command/command.ts'
import { createOutput } from '../../src/command/output-file.ts'
import { directoryOf } from '../helpers/directory.ts'
import { refusalOf } from '../helpers/refusal.ts'

const URL = 'http://127.0.0.1/'
const RECEIVER = 'receivers: { me: { pushover: { token: "@login", user: "@login" } } }\n'

const SAME = [
  [
    ['--output', 'x.json', '--output', 'link.json'],
    '--output: link.json',
    'x.json of --output: results need',
  ],
  [
    ['--output', 'link.json', '--output', 'x.json'],
    '--output: x.json',
    'link.json of --output: results need',
  ],
  [['--output', 'x.json', '--output', 'far.json'], '--output: far.json', 'x.json of --output: results need'],
  [
    ['--output', 'x.json', '--output', 'folder/x.json'],
    '--output: folder/x.json',
    'x.json of --output: results need',
  ],
  [['--history', 'h.db', '--output', 'h.db:json'], '--history: h.db', 'h.db of --output: a history needs'],
  [['--history', 'h.db', '--output', 'h.db-wal'], '--history: h.db', 'h.db-wal of --output: a history needs'],
  [
    ['--history', 'link.json', '--output', 'x.json'],
    '--history: link.json',
    'x.json of --output: a history needs',
  ],
  [
    ['--history', 'h.db', '--alert-state', 'h.db'],
    '--alert-state: h.db',
    'h.db of --history: the state of alerts needs',
  ],
  [
    ['--output', 'x.json', '--alert-state', 'x.json'],
    '--alert-state: x.json',
    'x.json of --output: the state of alerts needs',
  ],
  [
    ['--output', 'old.json', '--output', 'hard.json'],
    '--output: hard.json',
    'old.json of --output: results need',
  ],
] as const

for (const [args, what, other] of SAME)
  test(`one file for two ends: ${args.join(' ')}`, async (t) => {
    const directory = directoryOf(t)
    symlinkSync('x.json', join(directory, 'link.json'))
    symlinkSync('folder/link.json', join(directory, 'far.json'))
    symlinkSync('.', join(directory, 'folder'))
    writeFileSync(join(directory, 'old.json'), '')
    linkSync(join(directory, 'old.json'), join(directory, 'hard.json'))
    const before = readdirSync(directory)
    const inside = args.map((one) => (one.startsWith('--') ? one : join(directory, one)))
    const refusal = await refusalOf(['--duration', '1s', ...inside, URL])
    const owner = other.endsWith('need') ? 'their' : 'its'
    t.is(
      refusal.replaceAll(`${directory}/`, ''),
      `error: ${what}: it is the same file as ${other} a file of ${owner} own\n`,
    )
    t.deepEqual(readdirSync(directory), before)
  })

test('the state of alerts beside the history is a file too, if there are alerts', async (t) => {
  const directory = directoryOf(t)
  const [config, history] = [join(directory, 'c.yml'), join(directory, 'h.db')]
  const args = ['-c', config, '--history', history, '--output', `${history}.alerts:json`, URL]
  writeFileSync(config, 'interval: 1h\n')
  t.is((await readCommand([...args])).type, 'run')
  writeFileSync(
    config,
    'receivers: { ops: { webhook: https://a.example/ } }\nalerts: [{ to: ops, down: true }]\n',
  )
  t.regex(
    await refusalOf(args),
    /^error: --alert-state: .*h\.db\.alerts of --output: the state of alerts needs/,
  )
})

test('devices, files of the same name in other folders, and links in a circle are no reason to refuse', async (t) => {
  const directory = directoryOf(t)
  mkdirSync(join(directory, 'a'))
  mkdirSync(join(directory, 'b'))
  symlinkSync('/dev/null', join(directory, 'null'))
  for (const [first, second] of [
    ['/dev/null', join(directory, 'null')],
    [join(directory, 'a/x.json'), join(directory, 'b/x.json')],
  ] as const)
    t.is((await readCommand(['--once', '--output', first, '--output', second, URL])).type, 'run', second)
})

test('the file of a variable that cannot be written is named by the variable', (t) => {
  const said: string[] = []
  const file = directoryOf(t)
  const output = { file, namedBy: 'GITHUB_STEP_SUMMARY', format: 'github', append: true } as const
  t.false(createOutput(output, (lines) => said.push(lines)))
  t.deepEqual(said, [`error: GITHUB_STEP_SUMMARY: ${file}: illegal operation on a directory\n`])
})

for (const [args, what] of [
  [['--auth', 'basic:@FILE'], 'a file of a request'],
  [['--data', '@FILE'], 'a file of a request'],
  [['--cluster', 'redis://127.0.0.1:1', '--cluster-auth', 'FILE'], 'the file of --cluster-auth'],
  [['--cluster', 'rediss://127.0.0.1:1', '--cluster-cacert', 'FILE'], 'a certificate or key'],
  [['-c', 'CONFIG'], 'a file of the configuration'],
] as const)
  test(`results do not go to a file that is read: ${args.join(' ')}`, async (t) => {
    const directory = directoryOf(t)
    const file = join(directory, 'login')
    writeFileSync(file, 'name:password\n')
    const config = join(directory, 'config.yml')
    writeFileSync(config, RECEIVER)
    const inside = args.map((one) => one.replace('FILE', file).replace('CONFIG', config))
    const refusal = await refusalOf([...inside, '--output', file, '--duration', '1s', URL])
    t.is(
      refusal,
      `error: --output: ${file}: it is the same file as ${what}: results need a file of their own\n`,
    )
    t.is(readFileSync(file, 'utf8'), 'name:password\n')
  })
