import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { runSuite } from '../run/suite.ts'
import type { SuiteResult } from '../run/suite.ts'

const PASSES = "import test from 'ava'\ntest('passes', (t) => t.pass())\n"

/** The outcome of two files of tests: the first has another test. */
function runWith(t: ExecutionContext, other: string): Promise<SuiteResult> {
  const directory = directoryOf(t)
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(directory, 'node_modules'))
  write('package.json', '{ "type": "module" }')
  write('one.test.js', `${PASSES}${other}`)
  write('two.test.js', PASSES)
  return runSuite(['--timeout=5s'], {}, {}, directory)
}

test('a test that hangs is named in the report', async (t) => {
  const hangs = "test('hangs', (t) => new Promise(() => setInterval(() => t.log(), 1e9)))"
  const { passed, failures, code } = await runWith(t, hangs)
  t.is(passed, 2)
  t.deepEqual(
    failures.map(({ title }) => title),
    ['one › hangs'],
  )
  t.regex(failures[0]?.why ?? '', /no new tests completed/)
  t.is(code, 1)
})

for (const [what, fails] of [
  ['with an error that has no trace, as in a poller', 'Error.stackTraceLimit = 0; throw new Error("why")'],
  ['with an error that has an empty property', 'throw Object.assign(new Error("why"), { empty: undefined })'],
  ['with an assertion where errors have no traces', 'Error.stackTraceLimit = 0; t.is("why", "")'],
] as const)
  test(`a test that fails ${what} is named in the report`, async (t) => {
    const { passed, failures, code } = await runWith(t, `test('fails', (t) => { ${fails} })`)
    t.is(passed, 2)
    t.deepEqual(
      failures.map(({ title }) => title),
      ['one › fails'],
    )
    t.regex(failures[0]?.why ?? '', /why/)
    t.is(code, 1)
  })
