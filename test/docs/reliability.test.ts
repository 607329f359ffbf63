import { readFileSync } from 'node:fs'
import test from 'ava'

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
