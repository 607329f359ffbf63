import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { Program } from '../helpers/program.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const preloaded = fileURLToPath(new URL('../helpers/v8-flags.ts', import.meta.url))

/** Starts the program. `flags` reads the flags of V8 that it has set so far. */
function start(t: ExecutionContext, args: readonly string[]) {
  const file = join(directoryOf(t), 'flags')
  writeFileSync(file, '')
  const env = { NODE_OPTIONS: `--import ${preloaded}`, V8_FLAGS: file }
  const program = new Program(t, ['--pool-size', '1', '--no-recheck', '--format', 'quiet', ...args], { env })
  return { program, flags: () => readFileSync(file, 'utf8').trim().split('\n') }
}

const SMALL = '--semi-space-growth-factor=1'
const GROWING = '--semi-space-growth-factor=2'
const YOUNG = '--no-allocation-site-pretenuring'

test('the heaps of a program that polls little stay small', async (t) => {
  const { program, flags } = start(t, ['--duration', '1s', 'http://127.0.0.1:1/'])
  await program.ended()
  t.deepEqual(flags(), [SMALL, YOUNG])
})

test('the heaps of a run that ends may always grow', async (t) => {
  const { program, flags } = start(t, ['--once', 'http://127.0.0.1:1/'])
  await program.ended()
  t.deepEqual(flags(), [YOUNG])
})

test('the heaps of a program that polls much may grow', async (t) => {
  const list = join(directoryOf(t), 'urls.txt')
  writeFileSync(list, Array.from({ length: 3_000 }, (_, n) => `http://127.0.0.1:1/${n}\n`).join(''))
  const { flags } = start(t, [
    '--interval',
    '200ms',
    '--max-backoff',
    '0s',
    '--host-concurrency',
    '512',
    '-f',
    list,
  ])
  // On a busy machine it may take long until so many are polled within ten seconds.
  await waitUntil(() => flags().includes(GROWING), 90_000)
  t.is(flags()[0], SMALL)
})
