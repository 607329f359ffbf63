import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { FLAGS } from '../../src/command/flag-table.ts'
import { flagTables, sourceTable } from './flag-docs.ts'

/** A part of a page that is made from the code. It stands between `<!-- NAME: npm run docs -->` and `<!-- end of NAME -->`. */
interface Part {
  readonly page: string
  readonly name: string
  readonly text: () => string
}

/** All generated parts. `page` is relative to the root of the repository. */
export const PARTS: readonly Part[] = [
  { page: 'docs/reference.md', name: 'flags', text: () => flagTables(FLAGS) },
  { page: 'docs/reference.md', name: 'variables and keys', text: () => sourceTable(FLAGS) },
]

/** The pages with generated parts, as they should be and as they are. Throws when a marker is missing. */
export async function generatedPages(): Promise<
  { readonly path: string; readonly wanted: string; readonly text: string }[]
> {
  return Promise.all(
    [...new Set(PARTS.map(({ page }) => page))].map(async (page) => {
      const path = fileURLToPath(new URL(`../../${page}`, import.meta.url))
      const text = readFileSync(path, 'utf8')
      const filled = PARTS.filter((part) => part.page === page).reduce(fill, text)
      const wanted = await format(filled, { ...(await resolveConfig(path)), parser: 'markdown' })
      return { path, wanted, text }
    }),
  )
}

function fill(page: string, { name, text }: Part): string {
  const [start, end] = [`<!-- ${name}: npm run docs -->\n`, `<!-- end of ${name} -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`markers of ${name} are missing`)
  return `${page.slice(0, from + start.length)}\n${text()}\n${page.slice(to)}`
}
