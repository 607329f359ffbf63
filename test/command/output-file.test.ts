import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { checkOutput } from '../../src/command/output-file.ts'
import { csvDocument } from '../../src/print/text/csv.ts'
import { stateLine, summaryLine } from '../../src/print/text/json.ts'
import { junitDocument } from '../../src/print/text/junit.ts'
import { stateHead } from '../../src/print/text/state-text.ts'
import { directoryOf } from '../helpers/directory.ts'
import { down } from '../helpers/state.ts'
import { summary } from '../helpers/summary.ts'

const LIST = 'http://127.0.0.1/\n'

/** A list, and other names for it. */
function namesOf(t: ExecutionContext) {
  const directory = directoryOf(t)
  const list = join(directory, 'urls.txt')
  writeFileSync(list, LIST)
  linkSync(list, join(directory, 'hard'))
  symlinkSync('urls.txt', join(directory, 'soft'))
  symlinkSync('soft', join(directory, 'softer'))
  mkdirSync(join(directory, 'sub'))
  const descriptor = openSync(list, 'r')
  t.teardown(() => closeSync(descriptor))
  const names = [
    list,
    join(directory, 'hard'),
    join(directory, 'soft'),
    join(directory, 'softer'),
    `${directory}/sub/../urls.txt`,
    relative(process.cwd(), list),
    `/proc/self/fd/${descriptor}`,
    `/dev/fd/${descriptor}`,
  ]
  return { directory, list, names, descriptor }
}

test('an input file is refused as the file of results and stays unchanged', (t) => {
  const { list, names, descriptor } = namesOf(t)
  const before = statSync(list).mtimeMs
  for (const name of names) {
    for (const input of [...names, descriptor]) {
      for (const anew of [true, false]) {
        t.throws(() => checkOutput(name, [{ name: 'a list', file: input }], anew), {
          message: 'it is the same file as a list: results need a file of their own',
        })
      }
    }
  }
  t.is(readFileSync(list, 'utf8'), LIST)
  t.is(statSync(list).mtimeMs, before)
})

test('a missing folder is not created', (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'results')
  checkOutput(path, [], true)
  checkOutput(path, [{ name: 'a list', file: join(directory, 'missing') }], true)
  symlinkSync('nowhere', join(directory, 'dangling'))
  checkOutput(join(directory, 'dangling'), [], true)
  t.false(existsSync(path))
  t.false(existsSync(join(directory, 'nowhere')))
  t.throws(() => checkOutput(join(directory, 'a', 'b'), [], true), { code: 'ENOENT' })
})

test('with --once, only what holds results is begun anew', (t) => {
  const path = join(directoryOf(t), 'results')
  const results = [
    '',
    stateLine('http://127.0.0.1/', down(0)),
    summaryLine(summary),
    stateHead(summary),
    csvDocument.header(summary),
    junitDocument.header(summary),
  ]
  for (const text of results) {
    writeFileSync(path, text)
    t.notThrows(() => checkOutput(path, [], true), text)
  }
  for (const text of ['\n', LIST, '{"type":"other"}\n', '<?xml version="1.0"?>\n<a/>', 'url\n', '\0\0\0']) {
    writeFileSync(path, text)
    t.throws(() => checkOutput(path, [], true), { message: /other content than results/ }, text)
    t.notThrows(() => checkOutput(path, [], false), text)
    t.is(readFileSync(path, 'utf8'), text)
  }
})

test("paths that can't be a file of results", (t) => {
  const directory = directoryOf(t)
  t.throws(() => checkOutput(directory, [], true), { code: 'EISDIR' })
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  t.throws(() => checkOutput(pipe, [], true), { message: /^it is a pipe, neither a file nor a device: / })
  t.notThrows(() => checkOutput('/dev/null', [{ name: 'a list', file: '/dev/null' }], true))
})
