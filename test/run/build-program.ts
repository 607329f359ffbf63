import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * The environment in which the tests run the program as `npm run build` makes it. With coverage they run it from its source, whose
 * lines are what is counted.
 */
export function buildProgram(): NodeJS.ProcessEnv {
  return process.env['NODE_V8_COVERAGE'] === undefined ? { TESTS_PROGRAM: bundleProgram() } : {}
}

/** Bundles the program as `npm run build` does, in a folder of its own. Returns the path of its command. */
export function bundleProgram(): string {
  const directory = join(root, 'node_modules/.cache/program')
  execFileSync(process.execPath, [join(root, 'scripts/build.ts'), directory])
  return join(directory, 'src/cli.js')
}
