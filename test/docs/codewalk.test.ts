import { existsSync, readFileSync } from 'node:fs'
import test from 'ava'

const root = new URL('../../', import.meta.url)
const walk = readFileSync(new URL('docs/codewalk.md', root), 'utf8').replaceAll(/\s+/g, ' ')

/** `file` › `name`: what the file declares, or one of its methods as `Class.method()`. */
const cited = [...new Set(walk.match(/`[^`]+` › `[^`]+`/g))].map((text) => {
  const [, file, name] = /`([^`]+)` › `([^`]+)`/.exec(text) as unknown as [string, string, string]
  return { file, name }
})
const files = [...new Set(walk.match(/(?<=`)(?:src|workers)\/[^`]+\.ts(?=`)/g))]
/** Methods, in whatever file that the walk names. */
const methods = [...new Set(walk.match(/(?<=`)\w+\.\w+(?=\(\)`)/g))]

const textOf = (file: string) => readFileSync(new URL(file, root), 'utf8')

/** Whether the file declares what `name` names. */
function declares(file: string, name: string): boolean {
  const [, first = name, method] = /^(\w+)\.(\w+)(?:\(\))?$/.exec(name) ?? []
  const text = textOf(file)
  return (
    new RegExp(`^export .*\\b(function|class|interface|type|const) ${first}\\b`, 'm').test(text) &&
    (method === undefined || new RegExp(`^  (async )?${method}\\(`, 'm').test(text))
  )
}

test('the walk cites enough to be a walk', (t) => {
  t.true(files.length >= 20)
  t.true(cited.length >= 20)
  t.true(methods.length >= 20)
})

for (const file of files) {
  test(`${file} exists`, (t) => {
    t.true(existsSync(new URL(file, root)))
  })
}

for (const { file, name } of cited) {
  test(`${name} is in ${file}`, (t) => t.true(declares(file, name)))
}

for (const method of methods) {
  test(`${method}() exists`, (t) => t.true(files.some((file) => declares(file, method))))
}

test('a name that a file does not declare is found', (t) => {
  t.false(declares('src/schedule/dispatcher.ts', 'Schedule'))
  t.false(declares('src/schedule/dispatcher.ts', 'Dispatcher.nothing()'))
  t.true(declares('src/schedule/dispatcher.ts', 'Dispatcher.stop()'))
})
