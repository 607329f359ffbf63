import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { headcount } from '../helpers/program.ts'

/** What a program of the tests prints. In one thread: when V8 compiles and collects does not depend on how busy the machine is then. */
async function run(
  name: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<unknown> {
  const program = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--single-threaded',
    ...flags,
    program,
    ...args,
  ])
  return JSON.parse(stdout)
}

/** By how much the old generation grew, in bytes. */
async function grown(...args: string[]): Promise<number> {
  return ((await run('pretenured', args, ['--max-semi-space-size=1'])) as { grown: number }).grown
}

test('objects of a kind that grew old are created young', async (t) => {
  t.true((await grown()) > 300_000, 'V8 does not learn any more, so the flag can go')
  t.true((await grown('young')) < 100_000)
})

test('a young generation stays small until it may grow', async (t) => {
  const sizes = (await run('heap-growth')) as Record<'first' | 'small' | 'grown', number>
  // Each half is filled up only when the first objects have survived.
  t.true(sizes.small <= 2 * Math.max(sizes.first, 1 << 20), JSON.stringify(sizes))
  t.true(sizes.grown > 2 * sizes.small, JSON.stringify(sizes))
})

test('the threads of a run that ends start with the code that Node has compiled', async (t) => {
  // With coverage, V8 compiles everything anew.
  const env = { NODE_DEBUG_NATIVE: 'CODE_CACHE', NODE_V8_COVERAGE: undefined }
  const { stderr } = await headcount(t, ['--once', 'http://127.0.0.1:1/'], { env })
  const known = stderr.match(/^Code cache of .*/gm) ?? []
  t.true(known.length > 50, stderr.slice(0, 1_000))
  t.deepEqual(
    known.filter((line) => !line.endsWith('is accepted')),
    [],
  )
})
