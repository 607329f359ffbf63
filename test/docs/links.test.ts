import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const root = fileURLToPath(new URL('../../', import.meta.url))
const docs = readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs].filter((name) => name.endsWith('.md'))

/** The page without its code blocks. */
function proseOf(page: string): string {
  return readFileSync(join(root, page), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '')
}

/** The anchors that GitHub makes from the headings of a page. */
function anchorsOf(page: string): Set<string> {
  const headings = proseOf(page).matchAll(/^#+ (.*)$/gm)
  return new Set(
    [...headings].map(([, heading]) =>
      (heading as string)
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  )
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : relative(root, join(root, dirname(page), path))
  if (!existsSync(join(root, target))) return true
  return anchor !== undefined && !anchorsOf(target).has(anchor)
}

test('the links between pages lead to files and headings that exist', (t) => {
  const links = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => ({ page, link: link as string })),
  )
  const internal = links.filter(({ link }) => !link.includes('://'))
  t.true(internal.length > 50)
  t.deepEqual(
    internal.filter(({ page, link }) => isBroken(page, link)),
    [],
  )
})

test('every page of docs/ is named in docs/README.md', (t) => {
  const index = proseOf('docs/README.md')
  for (const page of docs.filter((name) => name.endsWith('.md') && name !== 'docs/README.md'))
    t.true(index.includes(`(${page.slice('docs/'.length)}`), page)
})
