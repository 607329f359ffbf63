import { readFileSync } from 'node:fs'
import test from 'ava'
import { summary } from '../helpers/summary.ts'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/reliability.md', root), 'utf8')

/** Titles of tests, or their beginnings, by the file that the page says they are in. */
const rows = [...page.matchAll(/\| `(test\/[^`]+\.test\.ts)`: ([^|]+?) +\|/g)].map(([, file, titles]) => ({
  file: file as string,
  titles: (titles as string).split('; ').map((title) => title.split(' (')[0] as string),
}))

test('the page cites enough to be believed', (t) => {
  t.true(rows.length >= 12)
})

for (const [index, { file, titles }] of rows.entries()) {
  for (const title of titles) {
    test(`${index}: ${title} is in ${file}`, (t) => {
      t.true(readFileSync(new URL(file, root), 'utf8').includes(title))
    })
  }
}

/** The part of the page that tells bounds. */
const bounds = page.slice(page.indexOf('## Bounds'), page.indexOf('## Chaos'))

/** Constants that it cites, with the number before them, if that is how it tells their value. */
const constants = [...bounds.matchAll(/(?:([\d,]+)(?: ms)? \()?`([A-Z_]+)` in `(src\/[^`]+)`/g)].map(
  ([, value, name, file]) => ({
    value: value?.replaceAll(',', ''),
    name: name as string,
    file: file as string,
  }),
)

test('the bounds are told', (t) => {
  t.true(constants.length >= 25)
})

for (const { value, name, file } of constants) {
  test(`${name} of ${file} is as the page has it: ${value ?? 'in words'}`, (t) => {
    const declared = new RegExp(`const ${name} = (.+)`).exec(readFileSync(new URL(file, root), 'utf8'))?.[1]
    t.truthy(declared)
    if (value !== undefined && /^[\d_]+$/.test(declared ?? '')) t.is(declared?.replaceAll('_', ''), value)
  })
}

test('every file that a bound names is there', (t) => {
  for (const [, file] of bounds.matchAll(/`(src\/[^`]+)`/g))
    t.notThrows(() => readFileSync(new URL(file as string, root)), file)
})

test('what the page says is in `bounds` is there, and nothing else', (t) => {
  const lines = bounds.split('\n').filter((line) => line.startsWith('|'))
  const told = lines.slice(2).flatMap((row) => [...(row.split('|').at(-2) ?? '').matchAll(/`(\w+)`/g)])
  t.deepEqual(
    [...new Set(told.map(([, name]) => name as string))].toSorted(),
    Object.keys(summary.bounds).toSorted(),
  )
})
