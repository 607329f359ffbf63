import { spawnSync } from 'node:child_process'
import test from 'ava'

/** Set where every test has to run: a tool that is missing fails its tests there and skips them elsewhere. */
const REQUIRED = process.env['TESTS_REQUIRE_TOOLS'] === '1'

/** Whether tests can rely on the tool `name`, which `args` only try; null: it is enough that it starts. Prints a line if not. */
export function haveTool(name: string, args: readonly string[] | null = ['--version']): boolean {
  const { status, error } = spawnSync(name, args ?? ['-h'])
  if (REQUIRED || status === 0 || (args === null && error === undefined)) return true
  console.log(`no ${name} here: its tests are skipped`)
  return false
}

/** `test` where this machine has the tool `name`, else a test that is skipped. */
export function testWith(name: string, args?: readonly string[] | null): typeof test | typeof test.skip {
  return haveTool(name, args) ? test : test.skip
}
