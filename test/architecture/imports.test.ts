import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import { arrowsOf, circleOf, picture, problemsOf, readImports, roomArrowsOf } from './imports.ts'
import type { Room } from './rooms.ts'
import { ROOMS } from './rooms.ts'

const imports = readImports()

test('each file imports only what the table allows its folder', (t) => {
  t.true(imports.length > 500)
  t.deepEqual(problemsOf(ROOMS, imports), [])
})

test('src has at most 24 rooms, with at most 80 arrows between them and no circle', (t) => {
  const rooms = new Set(ROOMS.map(({ name }) => name.split('/')[0]).filter((name) => name !== 'workers'))
  t.true(rooms.size <= 24)
  const arrows = roomArrowsOf(imports)
  t.true(arrows.length <= 80, `${arrows.length}`)
  t.is(circleOf(arrows), null)
})

test('with the folders in its rooms, src has at most 58 folders and 236 arrows', (t) => {
  t.true(ROOMS.length - 1 <= 58)
  t.true(arrowsOf(imports).length <= 236)
})

test('src has three files at its top', (t) => {
  const top = readdirSync(new URL('../../src/', import.meta.url), { withFileTypes: true })
  t.deepEqual(
    top.filter((entry) => entry.isFile()).map(({ name }) => name),
    ['cli.ts', 'main.ts', 'run.ts'],
  )
})

test('imports point down the table of rooms in CONTRIBUTING.md', (t) => {
  const rows = [...picture(ROOMS).matchAll(/^\| `(?:src\/)?(\w+)\/` .*\| (.*) \|$/gm)]
  const rooms = rows.map(([, name]) => name as string)
  t.true(rooms.length > 20)
  const upward = rows.flatMap(([, name = '', cell = ''], at) =>
    [...cell.matchAll(/`(\w+)`/g)]
      .map(([, other]) => other as string)
      .filter((other) => rooms.indexOf(other) <= at)
      .map((other) => `${name} -> ${other}`),
  )
  t.deepEqual(upward, [])
})

test('a circle of rooms is found', (t) => {
  t.is(circleOf(['a -> b', 'b -> c']), null)
  t.is(circleOf(['a -> b', 'b -> c', 'c -> b']), 'a -> b -> c -> b')
})

test('no file in src has more than 200 lines', (t) => {
  const src = new URL('../../src/', import.meta.url)
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  t.true(files.length > 200)
  const tooLong = files
    .map((name) => ({ name, lines: readFileSync(new URL(name, src), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > 200)
  t.deepEqual(tooLong, [])
})

const room = (name: string, imported: string, outside: string): Room => ({
  name,
  job: '',
  imports: imported,
  outside,
})
const SMALL = [room('low', '', 'pure'), room('high', 'low', 'node yaml:door.ts')]
const KEPT = [
  { file: 'src/high/a.ts', imported: 'src/low/b.ts' },
  { file: 'src/high/door.ts', imported: 'yaml' },
]

const CASES: readonly (readonly [file: string, imported: string, problem: string])[] = [
  ['src/low/b.ts', 'src/high/a.ts', 'src/low/b.ts: low may not import src/high/a.ts'],
  ['src/low/b.ts', 'src/main.ts', 'src/low/b.ts: low may not import src/main.ts'],
  ['src/low/b.ts', 'node:fs', 'src/low/b.ts: low may not import node:fs'],
  ['src/high/a.ts', 'yaml', 'src/high/a.ts: is not the file that may import yaml'],
  ['src/high/a.ts', 'sax', 'src/high/a.ts: is not the file that may import sax'],
  ['src/new/a.ts', 'node:fs', 'src/new/a.ts: no row for the folder new'],
  ['src/main.ts', 'yaml', 'src/main.ts: imports the package yaml'],
]

for (const [file, imported, problem] of CASES) {
  test(`${file} importing ${imported} is a problem`, (t) => {
    t.deepEqual(problemsOf(SMALL, [...KEPT, { file, imported }]), [problem])
  })
}

test('a row that allows more than is imported, or comes too early, is a problem', (t) => {
  t.deepEqual(problemsOf(SMALL, []), [
    'high may import low, and does not',
    'high may import yaml, and does not',
  ])
  t.deepEqual(problemsOf(SMALL.toReversed(), KEPT), ['high may import low, which does not stand above it'])
})
