import { existsSync, readFileSync } from 'node:fs'
import test from 'ava'

const root = new URL('../../', import.meta.url)
const walk = readFileSync(new URL('docs/codewalk.md', root), 'utf8').replaceAll(/\s+/g, ' ')

/** Files by the names that the walk cites in them, and classes by the methods. */
const cited = [
  ...new Map([...walk.matchAll(/`([^`]+)` › `([^`]+)`/g)].map((match) => [match[0], match])).values(),
].map(([, where, name]) => ({
  where: where as string,
  name: name as string,
}))
const files = [...new Set(walk.match(/(?<=`)(?:src|workers)\/[^`]+\.ts(?=`)/g))]

test('the walk cites enough to be a walk', (t) => {
  t.true(files.length >= 20)
  t.true(cited.length >= 20)
})

for (const file of files) {
  test(`${file} exists`, (t) => {
    t.true(existsSync(new URL(file, root)))
  })
}

for (const { where, name } of cited) {
  test(`${name} is in ${where}`, (t) => {
    if (where.includes('/')) {
      const declared = new RegExp(`^export .*\\b(function|class|interface|type|const) ${name}\\b`, 'm')
      const method = new RegExp(`^  (async )?${name}\\(`, 'm')
      const text = readFileSync(new URL(where, root), 'utf8')
      t.true(declared.test(text) || method.test(text))
    } else {
      const file = files.find((one) =>
        readFileSync(new URL(one, root), 'utf8').includes(`export class ${where} `),
      )
      t.truthy(file, `class ${where}`)
      t.regex(readFileSync(new URL(file as string, root), 'utf8'), new RegExp(`^  (async )?${name}\\(`, 'm'))
    }
  })
}
