import {
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { cacheFolder, keepYoung, unpack } from '../../scripts/binary/unpack.ts'
import type { Unpacked } from '../../scripts/binary/unpack.ts'
import { directoryOf } from '../helpers/directory.ts'

const FILES = new Map([
  ['start.cjs', Buffer.from('one')],
  ['dist/src/cli.js', Buffer.from('two')],
])

/** Unpacks; a temporary folder goes away with the test. */
function unpackTo(t: ExecutionContext, cache: string | null): Unpacked {
  const unpacked = unpack(FILES, 'abc', cache)
  if (unpacked.isTemporary) t.teardown(() => rmSync(unpacked.folder, { recursive: true, force: true }))
  for (const [path, contents] of FILES)
    t.true(readFileSync(join(unpacked.folder, path)).equals(contents), path)
  return unpacked
}

test('files are unpacked once, for this user alone', (t) => {
  const cache = join(directoryOf(t), 'not', 'there', 'yet')
  const first = unpackTo(t, cache)
  const folder = join(cache, 'headcount', 'abc')
  t.deepEqual(first, { folder, isTemporary: false })
  for (const path of ['..', '.', 'dist', 'dist/src'])
    t.is(lstatSync(join(folder, path)).mode & 0o777, 0o700, path)
  for (const path of FILES.keys()) t.is(lstatSync(join(folder, path)).mode & 0o777, 0o600, path)
  const before = lstatSync(join(folder, 'start.cjs')).ino
  t.deepEqual(unpackTo(t, cache), first)
  t.is(lstatSync(join(folder, 'start.cjs')).ino, before)
  t.deepEqual(readdirSync(join(cache, 'headcount')), ['abc'], 'nothing is left of making it')
})

for (const [what, change] of [
  ['has been changed', (folder) => writeFileSync(join(folder, 'dist/src/cli.js'), 'TWO')],
  ['is empty, as after a power failure', (folder) => truncateSync(join(folder, 'start.cjs'))],
  ['has gone', (folder) => rmSync(join(folder, 'start.cjs'))],
  ['has gone with its folder', (folder) => rmSync(join(folder, 'dist'), { recursive: true })],
  [
    'is a link',
    (folder) => {
      renameSync(join(folder, 'start.cjs'), join(folder, '../../own.cjs'))
      symlinkSync('../../own.cjs', join(folder, 'start.cjs'))
    },
  ],
  ['others may write', (folder) => chmodSync(join(folder, 'start.cjs'), 0o666)],
] as const satisfies readonly (readonly [string, (folder: string) => void])[])
  test(`replaced by what it should be: a file that ${what}`, (t) => {
    const cache = join(directoryOf(t), 'cache')
    const first = unpackTo(t, cache)
    change(first.folder)
    t.deepEqual(unpackTo(t, cache), first)
    for (const path of FILES.keys()) {
      const { mode } = lstatSync(join(first.folder, path))
      t.deepEqual([mode & constants.S_IFMT, mode & 0o777], [constants.S_IFREG, 0o600], path)
    }
    t.deepEqual(readdirSync(join(cache, 'headcount')), ['abc'], 'nothing is left of making it')
  })

for (const [what, change, why] of [
  [
    'a file more',
    (folder) => writeFileSync(join(folder, 'dist/package.json'), '{}'),
    /dist\/package\.json: it does not belong there$/,
  ],
  [
    'a link in the place of the folder',
    (folder) => {
      renameSync(folder, join(folder, '../../own'))
      symlinkSync('../own', folder)
    },
    /abc: it is not a folder$/,
  ],
  [
    'a folder that others may read',
    (folder) => chmodSync(join(folder, 'dist'), 0o755),
    /dist: others have rights to it/,
  ],
  [
    'a folder of ours that others may write',
    (folder) => chmodSync(join(folder, '..'), 0o777),
    /headcount: others have rights to it/,
  ],
  [
    'a cache that others may write',
    (folder) => chmodSync(join(folder, '../..'), 0o777),
    /cache: others can write to it$/,
  ],
] as const satisfies readonly (readonly [string, (folder: string) => void, RegExp])[])
  test(`refused, and a temporary folder used: ${what}`, (t) => {
    const cache = join(directoryOf(t), 'cache')
    const { folder } = unpackTo(t, cache)
    change(folder)
    const unpacked = unpackTo(t, cache)
    t.regex(unpacked.isTemporary ? unpacked.why : 'used', why)
    t.is(lstatSync(unpacked.folder).mode & 0o777, 0o700)
  })

test('a cache behind links is used, at the place that they lead to', (t) => {
  const directory = directoryOf(t)
  mkdirSync(join(directory, 'disk'), { mode: 0o700 })
  symlinkSync('disk', join(directory, 'private'))
  symlinkSync(join(directory, 'private'), join(directory, 'cache'))
  const folder = join(directory, 'disk', 'headcount', 'abc')
  t.deepEqual(unpackTo(t, join(directory, 'cache')), { folder, isTemporary: false })
  chmodSync(join(directory, 'disk'), 0o777)
  const unpacked = unpackTo(t, join(directory, 'cache'))
  t.is(unpacked.isTemporary ? unpacked.why : 'used', `${join(directory, 'disk')}: others can write to it`)
})

test('a cache behind a link that leads nowhere is refused', (t) => {
  const cache = join(directoryOf(t), 'cache')
  symlinkSync('nowhere', cache)
  const unpacked = unpackTo(t, cache)
  t.regex(unpacked.isTemporary ? unpacked.why : 'used', /ENOENT.*cache/)
})

test('the files of a temporary folder are kept from looking old', (t) => {
  const folder = join(directoryOf(t), 'unpacked')
  mkdirSync(join(folder, 'dist', 'src'), { recursive: true })
  const paths = [...FILES.keys()].map((path) => join(folder, path))
  for (const path of paths) writeFileSync(path, '')
  for (const path of paths) utimesSync(path, 1, 1)
  keepYoung(FILES, folder)
  for (const path of paths) t.true(statSync(path).mtimeMs > 2_000 && statSync(path).atimeMs > 2_000, path)
  rmSync(paths[0] as string)
  t.notThrows(() => keepYoung(FILES, folder))
})

test('a cache that is no folder is refused', (t) => {
  const cache = join(directoryOf(t), 'cache')
  writeFileSync(cache, '')
  const unpacked = unpackTo(t, cache)
  t.regex(unpacked.isTemporary ? unpacked.why : 'used', /EEXIST|ENOTDIR/)
})

const asRoot = process.getuid?.() === 0 ? test : test.skip
asRoot('a folder of another user is refused', (t) => {
  const cache = join(directoryOf(t), 'cache')
  mkdirSync(join(cache, 'headcount'), { recursive: true, mode: 0o700 })
  chownSync(join(cache, 'headcount'), 65_534, 65_534)
  const unpacked = unpackTo(t, cache)
  t.regex(unpacked.isTemporary ? unpacked.why : 'used', /headcount: it belongs to another user$/)
  t.false(existsSync(join(cache, 'headcount', 'abc')))
})

test('the folder for caches is that of XDG_CACHE_HOME, unless it is relative', (t) => {
  t.is(cacheFolder({ XDG_CACHE_HOME: '/x' }), '/x')
  t.regex(cacheFolder({ XDG_CACHE_HOME: 'x' }) ?? '', /^\/.*\/\.cache$/)
  t.regex(cacheFolder({}) ?? '', /^\/.*\/\.cache$/)
})

test('where no folder can be made, or none is named, a temporary one is used', (t) => {
  const nowhere = unpackTo(t, '/proc/nowhere/cache')
  t.regex(nowhere.isTemporary ? nowhere.why : 'used', /ENOENT/)
  const unnamed = unpackTo(t, null)
  t.is(unnamed.isTemporary ? unnamed.why : 'used', 'HOME is not the path of a folder')
})
