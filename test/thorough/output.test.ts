import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, parseLines, Program } from '../helpers/program.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { directoryOf } from '../helpers/directory.ts'

const QUICK = ['--pool-size', '1', '--interval', '50ms', '--status-interval', '100ms']

function fileIn(t: ExecutionContext): string {
  const directory = directoryOf(t)
  return join(directory, 'results')
}

test('--output: the file gets what the screen does, anew with --once', async (t) => {
  const origin = await startOrigin(t)
  const file = fileIn(t)
  writeFileSync(file, '{"type":"state","of":"the last run"}\n')
  for (const format of ['json', 'log']) {
    const args = ['--once', '--pool-size', '1', '--format', format, '--output', file, origin.url]
    const { code, stdout } = await headcount(t, args)
    t.is(code, 0)
    t.is(readFileSync(file, 'utf8'), stdout)
  }
})

test('--output with --format quiet: JSON in the file, nothing on the screen', async (t) => {
  const origin = await startOrigin(t)
  const file = fileIn(t)
  const args = ['--once', '--pool-size', '1', '--format', 'quiet', '--output', file, origin.url]
  const { code, stdout, stderr } = await headcount(t, args)
  t.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' })
  t.deepEqual(
    parseLines(readFileSync(file, 'utf8')).map(({ type }) => type),
    ['state', 'summary'],
  )
})

test('SIGHUP opens the file anew; without --once it is written on', async (t) => {
  const origin = await startOrigin(t)
  const file = fileIn(t)
  writeFileSync(file, '{"type":"before"}\n')
  const program = new Program(t, [...QUICK, '--format', 'json', '--output', file, origin.url])
  await waitUntil(() => readFileSync(file, 'utf8').split('\n').length > 5)
  renameSync(file, `${file}.1`)
  program.child.kill('SIGHUP')
  await waitUntil(() => existsSync(file) && readFileSync(file, 'utf8').split('\n').length > 5)
  program.child.kill('SIGTERM')
  const { code, stdout } = await program.ended()
  t.is(code, 0)
  const both = readFileSync(`${file}.1`, 'utf8') + readFileSync(file, 'utf8')
  t.is(both, `{"type":"before"}\n${stdout}`)
})

test('a file that cannot be opened: exit 3 before anything is polled', async (t) => {
  const origin = await startOrigin(t)
  const { code, stderr } = await headcount(t, ['--once', '--output', '/nowhere/results', origin.url])
  t.is(code, 3)
  t.regex(stderr, /^error: --output: \/nowhere\/results: no such file/)
  t.deepEqual(origin.requestPaths, [])
})

test('a full disk under the file is said once, and polling goes on', async (t) => {
  const origin = await startOrigin(t)
  const program = new Program(t, [...QUICK, '--format', 'json', '--output', '/dev/full', origin.url])
  await origin.requested('/', 20)
  program.child.kill('SIGTERM')
  const { code, stdout, stderr } = await program.ended()
  t.is(code, 0)
  t.is(stderr, '/dev/full: ENOSPC\n')
  t.true(parseLines(stdout).length >= 20)
})

test('with --once, a file that could not be written is exit 1', async (t) => {
  const origin = await startOrigin(t)
  const { code, stderr } = await headcount(t, ['--once', '--output', '/dev/full', origin.url])
  t.is(code, 1)
  t.is(stderr, 'error: /dev/full: ENOSPC\n')
})

test('several files, each in its own format, and standard output in another', async (t) => {
  const origin = await startOrigin(t)
  const directory = directoryOf(t)
  const path = (name: string) => join(directory, name)
  const names = ['a.jsonl', 'b.csv', 'c.xml', 'd:csv', 'e.log', '-:json']
  const outputs = names.flatMap((name) => ['--output', name.startsWith('-') ? name : path(name)])
  const args = ['--once', '--pool-size', '1', ...outputs, `${origin.url}/`]
  const { code, stdout, stderr } = await headcount(t, args)
  t.is(code, 0, stderr)
  const textOf = (name: string) => readFileSync(path(name), 'utf8')
  t.is(textOf('a.jsonl'), stdout)
  t.deepEqual(
    parseLines(stdout).map(({ type }) => type),
    ['state', 'summary'],
  )
  t.true(textOf('b.csv').startsWith('url,verdict,'))
  t.is(textOf('d'), textOf('b.csv'))
  t.true(textOf('c.xml').endsWith('</testsuites>\n'))
  t.regex(textOf('e.log'), /Current state: 1 URL: 1 up/)
})

test('SIGHUP opens each of several files anew, and a full disk concerns one of them', async (t) => {
  const origin = await startOrigin(t)
  const [log, json] = ['a.log', 'b.json'].map((name) => join(directoryOf(t), name)) as [string, string]
  const outputs = ['--output', log, '--output', json, '--output', '/dev/full:json']
  const program = new Program(t, [...QUICK, '--format', 'quiet', ...outputs, origin.url])
  const hasSome = (file: string) => existsSync(file) && readFileSync(file, 'utf8') !== ''
  await waitUntil(() => hasSome(log) && hasSome(json))
  for (const file of [log, json]) renameSync(file, `${file}.1`)
  program.child.kill('SIGHUP')
  await waitUntil(() => hasSome(log) && hasSome(json))
  program.child.kill('SIGTERM')
  const { code, stderr } = await program.ended()
  t.is(code, 0)
  t.is(stderr, '/dev/full: ENOSPC\n')
})
