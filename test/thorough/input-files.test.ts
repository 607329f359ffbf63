import { execFile, execFileSync } from 'node:child_process'
import { openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { cli } from '../helpers/cli.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { errorLines, headcount, Program } from '../helpers/program.ts'
import { refusalOf } from '../helpers/refusal.ts'
import { SCHEME_LIST } from '../../src/settings/schemes.ts'

const URL = 'http://127.0.0.1:1/'

test('--output that is one of the files that are read: exit 3, nothing is touched', async (t) => {
  const directory = directoryOf(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const list = file('urls.txt', `${URL}\n`)
  const inConfig = file('more.txt', `${URL}\n`)
  const config = file('conf.yml', `files: [more.txt]\n`)
  for (const [args, what] of [
    [['-f', list, '--output', list], 'a list'],
    [['-f', list, '--output', list, '--once'], 'a list'],
    [['-c', config, '--output', config, '--once'], 'the configuration'],
    [['-c', config, '--output', inConfig, '--once'], 'a list'],
    [['--cacert', list, '--output', list, URL], 'a certificate or key'],
  ] as const)
    t.regex(await refusalOf(args), new RegExp(`^error: --output: .* it is the same file as ${what}: .*\n$`))
  const stdin = openSync(list, 'r')
  const { code, stdout, stderr } = await headcount(t, ['-f', '-', '--output', list], {
    stdio: [stdin, 'pipe', 'pipe'],
  })
  t.is(code, 3)
  t.is(stdout, '')
  t.regex(stderr, /^error: --output: .* it is the same file as standard input: .*\n$/)
  const output = file('own.yml', `files: [more.txt]\noutput: more.txt\n`)
  t.is(
    await refusalOf(['-c', output]),
    `${output}:2:1: output: ${inConfig}: it is the same file as a list: results need a file of their own\n`,
  )
  t.is(readFileSync(list, 'utf8'), `${URL}\n`)
  t.is(readFileSync(inConfig, 'utf8'), `${URL}\n`)
  t.is(readFileSync(config, 'utf8'), 'files: [more.txt]\n')
})

test('a file of something else is not overwritten by --once, and what is to be made waits for the lists', async (t) => {
  const directory = directoryOf(t)
  const notes = join(directory, 'notes')
  writeFileSync(notes, 'mine\n')
  const { code, stderr } = await headcount(t, ['--once', '--output', notes, URL])
  t.is(code, 3)
  t.regex(stderr, /other content than results, which --once would overwrite/)
  t.is(readFileSync(notes, 'utf8'), 'mine\n')
  for (const args of [
    ['-f', join(directory, 'same'), '--output', join(directory, 'same')],
    ['-f', '-', '--output', join(directory, 'same')],
  ])
    t.is((await headcount(t, args)).code, 3)
  t.throws(() => readFileSync(join(directory, 'same')), { code: 'ENOENT' })
})

/** A server of a list that begins to answer and never ends. */
async function startEndlessList(t: ExecutionContext) {
  const asked = Promise.withResolvers<void>()
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('[')
    asked.resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/list`, asked: asked.promise }
}

for (const [signal, args, code] of [
  ['SIGTERM', ['--once'], 1],
  ['SIGINT', ['--check'], 1],
  ['SIGTERM', ['--plan'], 1],
  ['SIGTERM', [], 0],
  ['SIGINT', [], 0],
] as const) {
  test(`${signal} while lists are read: exit ${code} ${args.join(' ')}`, async (t) => {
    const { url, asked } = await startEndlessList(t)
    const program = new Program(t, [...args, '-f', url])
    await asked
    program.child.kill(signal)
    const ended = await program.ended()
    t.is(ended.code, code)
    t.is(ended.stdout, '')
  })
}

for (const [args, code] of [
  [['history', 'import', 'new.db', 'pipe'], 3],
  [['alerts', '--test', 'pipe'], 1],
  [['notify', 'ops', '-c', 'pipe'], 1],
  [['export-page', 'pages', '-c', 'pipe'], 1],
] as const)
  test(`SIGTERM while ${args[0]} reads a pipe that nobody writes to: exit ${code}, and no file is made`, async (t) => {
    const directory = directoryOf(t)
    execFileSync('mkfifo', [join(directory, 'pipe')])
    const program = new Program(t, args, { prefix: ['env', '-C', directory] })
    const writer = await open(join(directory, 'pipe'), 'w')
    t.teardown(() => writer.close())
    program.child.kill('SIGTERM')
    t.like(await program.ended(), { code, signal: null, stdout: '' })
    t.deepEqual(readdirSync(directory), ['pipe'])
  })

test('history import of a device: exit 3', async (t) => {
  const file = join(directoryOf(t), 'new.db')
  const { code, stderr } = await headcount(t, ['history', 'import', file, '/dev/zero'])
  t.is(code, 3)
  t.is(stderr, 'error: /dev/zero: it is a device; only regular files and pipes can be read\n')
})

test('SIGUSR2 while lists are read changes nothing', async (t) => {
  const { url, asked } = await startEndlessList(t)
  const program = new Program(t, ['-f', url])
  await asked
  program.child.kill('SIGUSR2')
  program.child.kill('SIGTERM')
  const { code, signal } = await program.ended()
  t.deepEqual([code, signal], [0, null])
})

test('--once that is stopped before its end is no success', async (t) => {
  const origin = await startOrigin(t, () => {})
  const program = new Program(t, ['--once', '--timeout', '2s', '--format', 'quiet', origin.url])
  await origin.requested('/')
  program.child.kill('SIGTERM')
  t.is((await program.ended()).code, 1)
})

for (const args of [['--help'], ['--version'], ['--check', URL], ['--plan', URL]]) {
  test(`${args[0]} that can not be written is exit 1`, async (t) => {
    const { code, stderr } = await headcount(t, args, {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    })
    t.is(code, 1)
    t.is(stderr, 'error: standard output: ENOSPC\n')
  })
}

test('--plan for more than this machine can do is exit 4', async (t) => {
  const urls = Array.from({ length: 50 }, (_, n) => `${URL}${n}`)
  const { code, stdout } = await headcount(t, ['--plan', '-i', '1ms', ...urls])
  t.is(code, 4)
  t.regex(stdout, /This machine cannot keep the schedule with these settings\n$/)
})

test('--check of more sets of options than are taken is exit 3', async (t) => {
  const input = Array.from({ length: 4_097 }, (_, n) => `${URL}${n} header.X=${n}\n`).join('')
  const { code, stdout, stderr } = await headcount(t, ['--check', '-f', '-'], { input })
  t.is(code, 3)
  t.regex(stdout, /^4097 URLs, 0 duplicates, 0 invalid lines/)
  t.regex(stderr, /more than 4096 different sets/)
})

test('--check counts the mistakes of a configuration', async (t) => {
  const config = join(directoryOf(t), 'conf.yml')
  writeFileSync(config, `interval: 1s\ninterval: 2s\nurls: [${URL}a, ftp://b, ${URL}c]\n`)
  const { code, stdout, stderr } = await headcount(t, ['--check', '-c', config])
  t.is(code, 3)
  t.is(stdout, '2 URLs, 0 duplicates, 0 invalid lines, 2 mistakes in the configuration\n')
  t.deepEqual(errorLines(stderr), [
    `${config}:2:1: duplicate key`,
    `${config}:3:30: only ${SCHEME_LIST} are polled, not "ftp"`,
  ])
})

test('too few descriptors: how many are needed is said before anything is started', async (t) => {
  const limited = ['-c', 'ulimit -n 24; exec "$@"', 'sh', process.execPath, cli, '--once', '-p', '1', URL]
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) =>
    execFile('sh', limited, (error, _, text) => resolve({ code: error?.code, stderr: text })),
  )
  t.is(code, 3)
  t.is(
    stderr,
    'error: 24 descriptors are too few: --pool-size 1 needs at least 44; raise the limit (ulimit -n, or LimitNOFILE= under systemd)\n',
  )
})
