import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { runSuite } from '../run/suite.ts'

test('a test that hangs is named in the report', async (t) => {
  const directory = directoryOf(t)
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(directory, 'node_modules'))
  write('package.json', '{ "type": "module" }')
  const passes = "import test from 'ava'\ntest('passes', (t) => t.pass())\n"
  write('one.test.js', `${passes}test('hangs', (t) => new Promise(() => setInterval(() => t.log(), 1e9)))`)
  write('two.test.js', passes)
  const { passed, failures, code } = await runSuite(['--timeout=5s'], {}, {}, directory)
  t.is(passed, 2)
  t.deepEqual(
    failures.map(({ title }) => title),
    ['one › hangs'],
  )
  t.regex(failures[0]?.why ?? '', /no new tests completed/)
  t.is(code, 1)
})
