import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LocalCause } from '../../src/state/local-causes.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const TABLE_FILE = 'src/state/local-causes.ts'
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name}`)
  .filter((path) => path.endsWith('.ts') && path !== TABLE_FILE)
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** The source files that name a cause of `local`. */
export function filesOfCause(cause: LocalCause): string[] {
  return sources.filter(({ text }) => text.includes(`'${cause}'`)).map(({ path }) => path)
}
