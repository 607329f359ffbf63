import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { FileUse } from '../../src/settings/file-uses.ts'
import { RequestFiles } from '../../src/settings/request-files.ts'
import type { CheckContents } from '../../src/settings/request-file.ts'
import { directoryOf } from '../helpers/directory.ts'

/** Tests call `check` themselves. */
const HOUR_MS = 3_600_000

const any: CheckContents = () => null

/** Files in a directory of the test, and what their observer hears. */
function setUp(t: ExecutionContext) {
  const directory = directoryOf(t)
  const files = new RequestFiles()
  const lines: string[] = []
  const changes: string[] = []
  const uses: (readonly [name: string, check: CheckContents])[] = []
  const follow = (used?: () => FileUse[]) => {
    const stop = files.follow(
      {
        changed(some) {
          for (const [path, bytes] of some)
            changes.push(bytes === null ? `not ${basename(path)}` : Buffer.from(bytes).toString())
        },
        ...(used !== undefined && { uses: used }),
        log: (line) => void lines.push(line.replaceAll(directory, 'DIR')),
      },
      HOUR_MS,
    )
    t.teardown(stop)
  }
  const path = (name: string) => join(directory, name)
  /** Follows the files, of which those in `uses` are named. */
  const followUsed = () => follow(() => uses.map(([name, check]) => [path(name), check]))
  return { directory, files, lines, changes, uses, follow: () => follow(), followUsed, path }
}

test('a file is read when it is named, relative to the directory', (t) => {
  const { directory, files, path } = setUp(t)
  writeFileSync(path('a.json'), '{}')
  t.is(files.open('a.json', directory, any, false), path('a.json'))
  t.is(files.open(path('a.json'), '/', any, false), path('a.json'))
  t.deepEqual(files.all(), [[path('a.json'), new Uint8Array([0x7b, 0x7d])]])
})

test('what can not be read is refused, in plain words', (t) => {
  const { directory, files, path } = setUp(t)
  mkdirSync(path('folder'))
  writeFileSync(path('large'), Buffer.alloc((1 << 20) + 1))
  writeFileSync(path('small'), 'x')
  const why = (name: string, check = any) =>
    t
      .throws(() => files.open(name, directory, check, false), { instanceOf: RangeError })
      .message.replace(directory, 'DIR')
  t.is(why('none'), 'DIR/none: no such file or directory')
  t.is(why('folder'), 'DIR/folder: it is not a regular file')
  t.is(why('large'), 'DIR/large: it is larger than 1 MiB')
  t.is(why('/dev/zero'), '/dev/zero: it is not a regular file')
  t.is(
    why('small', () => 'it says nothing'),
    'DIR/small: it says nothing',
  )
  t.deepEqual(files.all(), [])
})

test('a change is taken in once the file is no longer being written', async (t) => {
  const { directory, files, lines, changes, follow, path } = setUp(t)
  writeFileSync(path('a'), 'one')
  files.open('a', directory, any, false)
  follow()
  await files.check()
  t.deepEqual(changes, [])
  writeFileSync(path('a'), 'two, which is lon')
  await files.check()
  writeFileSync(path('a'), 'two, which is longer')
  await files.check()
  t.deepEqual(changes, [])
  await files.check()
  await files.check()
  t.deepEqual(changes, ['two, which is longer'])
  t.deepEqual(lines, [])
})

test('a file that vanishes, or becomes useless, keeps its contents and is reported once', async (t) => {
  const { directory, files, lines, changes, follow, path } = setUp(t)
  writeFileSync(path('a'), 'one')
  const check: CheckContents = (bytes) => (bytes.length === 0 ? 'it is empty' : null)
  files.open('a', directory, check, false)
  follow()
  rmSync(path('a'))
  for (let more = 0; more < 3; more++) await files.check()
  t.deepEqual(lines, ['DIR/a: no such file or directory; its last contents are still sent'])
  // Naming it again, as a list does that is read again, is no mistake.
  t.is(files.open('a', directory, check, false), path('a'))
  writeFileSync(path('a'), '')
  for (let more = 0; more < 3; more++) await files.check()
  t.deepEqual(lines.slice(1), ['DIR/a: it is empty; its last contents are still sent'])
  t.deepEqual(
    files.all().map(([, bytes]) => Buffer.from(bytes).toString()),
    ['one'],
  )
  writeFileSync(path('a'), 'two')
  for (let more = 0; more < 3; more++) await files.check()
  t.deepEqual(lines.slice(2), ['DIR/a: it can be read again'])
  t.deepEqual(changes, ['two'])
})

test('a secret that others can read is warned about once', (t) => {
  const { directory, files, lines, follow, path } = setUp(t)
  for (const [name, mode] of [
    ['mine', 0o600],
    ['group', 0o640],
    ['world', 0o644],
    ['body', 0o644],
    ['later', 0o622],
  ] as const) {
    writeFileSync(path(name), 'x')
    chmodSync(path(name), mode)
  }
  for (const name of ['mine', 'group', 'world', 'world']) files.open(name, directory, any, true)
  files.open('body', directory, any, false)
  follow()
  files.open('later', directory, any, true)
  t.deepEqual(lines, [
    'DIR/world: it holds a secret and others can read it: chmod 600',
    'DIR/later: it holds a secret and others can read it: chmod 600',
  ])
})

test('a file that is named while files are followed is passed on at once', (t) => {
  const { directory, files, changes, follow, path } = setUp(t)
  follow()
  writeFileSync(path('new'), 'contents')
  files.open('new', directory, any, false)
  t.deepEqual(changes, ['contents'])
})

test('there are at most 1,000 files', (t) => {
  const { directory, files, path } = setUp(t)
  for (let n = 0; n < 1_000; n++) {
    writeFileSync(path(`f${n}`), '')
    files.open(`f${n}`, directory, any, false)
  }
  writeFileSync(path('more'), '')
  t.throws(() => files.open('more', directory, any, false), { message: 'more than 1000 files are named' })
})

test('a file that need not be there yet is a problem until it can be read', async (t) => {
  const { files, lines, follow, path } = setUp(t)
  const problem = 'no such file or directory'
  t.deepEqual(files.openLater(path('late'), false), { path: path('late'), problem })
  t.deepEqual(files.all(), [[path('late'), new Uint8Array(0), problem]])
  t.throws(() => files.open(path('late'), '/', any, false), { message: `${path('late')}: ${problem}` })
  follow()
  await files.check()
  t.deepEqual(lines, [])
  writeFileSync(path('late'), '')
  await files.check()
  await files.check()
  t.deepEqual(files.all(), [[path('late'), new Uint8Array(0)]])
  t.deepEqual(lines, ['DIR/late: it can be read again'])
  t.is(files.openLater(path('late'), false).problem, '')
})

test('what the configuration defines goes the way of files, when it is new and when it changes', (t) => {
  const files = new RequestFiles()
  files.define('aws:a', Buffer.from('1'))
  t.deepEqual(files.all(), [['aws:a', new Uint8Array(Buffer.from('1'))]])
  const changed: unknown[] = []
  t.teardown(files.follow({ changed: (all) => changed.push(...all), log: (line) => t.fail(line) }))
  files.define('aws:a', Buffer.from('1'))
  t.deepEqual(changed, [])
  files.define('aws:a', Buffer.from('2'))
  t.deepEqual(changed, [['aws:a', new Uint8Array(Buffer.from('2'))]])
})

test('a file that nothing names any more is forgotten, unless a reading may have named it', async (t) => {
  const { directory, files, lines, changes, uses, followUsed, path } = setUp(t)
  for (const name of ['a', 'b', 'c']) writeFileSync(path(name), name)
  files.open('a', directory, any, false)
  files.open('b', directory, any, false)
  uses.push(['a', any], ['b', any])
  followUsed()
  const endFirst = files.readings.begin()
  const endSecond = files.readings.begin()
  files.open('c', directory, any, false)
  uses.shift()
  endSecond()
  await files.check()
  t.deepEqual(changes, ['c', 'not a'])
  endFirst()
  rmSync(path('a'))
  rmSync(path('c'))
  await files.check()
  t.deepEqual(changes, ['c', 'not a', 'not c'])
  t.deepEqual(
    files.all().map(([name]) => name),
    [path('b')],
  )
  t.deepEqual(lines, [])
})

test('as many files can take the place of 1,000 files, while a list is read again', async (t) => {
  const { directory, files, lines, uses, followUsed, path } = setUp(t)
  const open = (n: number) => {
    writeFileSync(path(`f${n}`), '')
    files.open(`f${n}`, directory, any, false)
  }
  for (let n = 0; n < 1_000; n++) open(n)
  followUsed()
  const end = files.readings.begin()
  for (let n = 1_000; n < 2_000; n++) open(n)
  t.throws(() => open(2_000), { message: 'more than 1000 files are named' })
  uses.push(...Array.from({ length: 1_001 }, (_, n) => [`f${n + 999}`, any] as const))
  end()
  await files.check()
  await files.check()
  t.is(files.all().length, 1_001)
  t.deepEqual(lines, ['settings name 1001 files: the next start takes 1000'])
  t.throws(() => open(2_001), { message: 'more than 1000 files are named' })
})

test('who does not name a file any more has no say in its contents', async (t) => {
  const { directory, files, lines, changes, uses, followUsed, path } = setUp(t)
  const oneLine: CheckContents = (bytes) => (bytes.includes('\n') ? 'it holds more than one line' : null)
  writeFileSync(path('a'), 'token')
  files.open('a', directory, oneLine, false)
  files.open('a', directory, any, false)
  uses.push(['a', any], ['a', oneLine])
  followUsed()
  writeFileSync(path('a'), 'first\nsecond')
  for (let more = 0; more < 3; more++) await files.check()
  t.deepEqual(changes, [])
  uses.pop()
  for (let more = 0; more < 3; more++) await files.check()
  t.deepEqual(changes, ['first\nsecond'])
  t.deepEqual(lines, [
    'DIR/a: it holds more than one line; its last contents are still sent',
    'DIR/a: it can be read again',
  ])
  t.true(files.keep([[path('a'), any]]))
  t.false(files.keep([[path('a'), oneLine]]))
  t.false(files.keep([[path('b'), any]]))
})

test('what a reading names is recorded, each use once', (t) => {
  const { directory, files, path } = setUp(t)
  writeFileSync(path('a'), '')
  files.open('a', directory, any, false)
  const { result, uses } = files.readings.record(() => {
    files.openLater(path('later'), false)
    files.keep([[path('a'), any]])
    return files.open('a', directory, any, false)
  })
  t.is(result, path('a'))
  t.deepEqual(
    Array.from(uses, ([name]) => name),
    [path('later'), path('a')],
  )
})
