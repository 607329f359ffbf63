import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { checkFile, FileOutput } from '../../src/print/file-output.ts'
import { directoryOf } from '../helpers/directory.ts'
import { waitUntil } from '../helpers/wait-until.ts'

function pathIn(t: ExecutionContext): string {
  const directory = directoryOf(t)
  return join(directory, 'results.json')
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}

test('a file is written on, or begun anew', async (t) => {
  const path = pathIn(t)
  writeFileSync(path, 'before\n')
  const on = new FileOutput(path, false, [], t.fail)
  on.write('more\n')
  t.true(await on.flush(null))
  t.is(read(path), 'before\nmore\n')
  const anew = new FileOutput(path, true, [], t.fail)
  anew.write('first\n')
  t.true(await anew.flush(null))
  t.is(read(path), 'first\n')
})

for (const [before, after] of [
  ['{"cut', '{"cut\nmore\n'],
  ['', 'more\n'],
] as const)
  test(`a line of an earlier run that was cut is not joined to the next: ${before}`, async (t) => {
    const path = pathIn(t)
    writeFileSync(path, before)
    const output = new FileOutput(path, false, [], t.fail)
    output.write('more\n')
    t.true(await output.flush(null))
    t.is(read(path), after)
  })

test('after reopening, lines go to the new file and none is lost', async (t) => {
  const path = pathIn(t)
  const output = new FileOutput(path, false, [], t.fail)
  for (let n = 0; n < 1_000; n++) output.write(`old ${n}\n`)
  renameSync(path, `${path}.1`)
  output.reopen([])
  for (let n = 0; n < 1_000; n++) output.write(`new ${n}\n`)
  t.true(await output.flush(null))
  t.is(read(path).split('\n').length, 1_001)
  t.true(read(path).startsWith('new 0\n'))
  await waitUntil(() => read(`${path}.1`).split('\n').length >= 1_001)
  t.true(read(`${path}.1`).endsWith('old 999\n'))
})

test('what a renamed file does not take is kept', async (t) => {
  const path = pathIn(t)
  symlinkSync('/dev/full', path)
  const codes: string[] = []
  const output = new FileOutput(path, false, [], (code) => codes.push(code))
  const line = `${'x'.repeat(99_999)}\n`
  for (let n = 0; n < 3; n++) output.write(line)
  t.false(await output.flush(null))
  rmSync(path)
  output.reopen([])
  output.write('new\n')
  await waitUntil(() => read(path) === 'new\n')
  t.false(await output.flush(null), 'as long as the disk is full')
  t.true(output.usage.used >= line.length)
  t.deepEqual(codes, ['ENOSPC'])
})

test('a path that cannot be opened again is told, and the old file goes on', async (t) => {
  const path = pathIn(t)
  const codes: string[] = []
  const output = new FileOutput(path, false, [], (code) => codes.push(code))
  const moved = `${path}.directory`
  renameSync(path, moved)
  execFileSync('mkdir', [path])
  output.reopen([])
  output.write('still\n')
  t.true(await output.flush(null))
  t.deepEqual(codes, ['EISDIR'])
  t.is(read(moved), 'still\n')
})

test('a path that has come to name a file that is read is not opened, and the old file goes on', async (t) => {
  const path = pathIn(t)
  const list = `${path}.list`
  writeFileSync(list, 'https://a.example/\n')
  const inputs = [
    { name: 'a list', file: list },
    { name: 'standard input', file: 0 },
  ]
  const codes: string[] = []
  // It was not an input at the start.
  const output = new FileOutput(path, false, [], (code) => codes.push(code))
  renameSync(path, `${path}.1`)
  symlinkSync(list, path)
  output.reopen(inputs)
  output.write('still\n')
  t.true(await output.flush(null))
  t.deepEqual(codes, ['it is the same file as a list: results need a file of their own'])
  t.is(read(`${path}.1`), 'still\n')
  t.is(read(list), 'https://a.example/\n')
  t.throws(() => new FileOutput(path, true, inputs, t.fail), { message: /the same file/ })
  t.is(read(list), 'https://a.example/\n')
})

test('with too many files that take what is theirs so slowly, the path is not opened anew', async (t) => {
  const path = pathIn(t)
  const codes: string[] = []
  const output = new FileOutput(path, false, [], (code) => codes.push(code))
  // None of them gets a turn.
  for (let n = 0; n < 6; n++) {
    output.write(`${n}\n`)
    output.reopen([])
  }
  t.deepEqual(codes, ['EBUSY', 'EBUSY'])
  t.true(output.usage.used > 0)
  t.true(await output.flush(null))
  t.is(read(path).split('\n').toSorted().join(''), '012345')
})

test("paths that can't be a file of results", (t) => {
  const path = pathIn(t)
  checkFile(path)
  checkFile('/dev/null')
  t.throws(() => checkFile(join(path, 'below')), { code: 'ENOTDIR' })
  t.throws(() => checkFile(tmpdir()), { code: 'EISDIR' })
  const pipe = `${path}.pipe`
  execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', pipe])
  t.throws(() => checkFile(pipe), { code: 'ENXIO' })
})
