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

/** Some tests need `right`, which this machine does not give. A right, unlike a tool, can't be installed: so they are skipped everywhere, with a line. */
export function leaveOut(right: string): void {
  console.log(`not allowed here: ${right}: its tests are skipped`)
}

/** `test` where this machine gives `right`, as the success of `command` tells, else a test that is skipped. */
export function testWhere(right: string, command: readonly string[]): typeof test | typeof test.skip {
  const [name = '', ...args] = command
  if (spawnSync(name, args).status === 0) return test
  leaveOut(right)
  return test.skip
}

/** `test` where this machine has the tool `name`, else a test that is skipped. */
export function testWith(name: string, args?: readonly string[] | null): typeof test | typeof test.skip {
  return haveTool(name, args) ? test : test.skip
}
