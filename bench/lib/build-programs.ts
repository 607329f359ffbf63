import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleProgram } from '../../test/run/build-program.ts'

/** Paths of the commands to measure. */
export interface Programs {
  readonly program: string
  /** That of the other checkout; null: there is none. */
  readonly base: string | null
}

/**
 * Builds headcount as it is published: run from its source, each thread has a compiler in memory besides. `base` is another checkout. If that has
 * no build of this kind, both are run from their source.
 */
export function buildPrograms(base: string | null): Programs {
  if (base === null) return { program: bundleProgram(), base }
  const build = resolve(base, 'scripts/build.ts')
  if (!existsSync(build))
    return { program: source(fileURLToPath(new URL('../..', import.meta.url))), base: source(base) }
  // Not the folder of this checkout's program: the packages of the other may be a link to those of this one.
  const folder = resolve(base, 'node_modules/.cache/base-program')
  execFileSync(process.execPath, [build, folder])
  return { program: bundleProgram(), base: resolve(folder, 'src/cli.js') }
}

function source(checkout: string): string {
  return resolve(checkout, 'src/cli.ts')
}
