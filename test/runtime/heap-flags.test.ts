import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'

const program = fileURLToPath(new URL('../programs/pretenured.ts', import.meta.url))

/** By how much the old generation grew, in bytes. */
async function grown(...args: string[]): Promise<number> {
  const flags = ['--max-semi-space-size=1', program, ...args]
  const { stdout } = await promisify(execFile)(process.execPath, flags)
  return (JSON.parse(stdout) as { grown: number }).grown
}

test('objects of a kind that grew old are created young', async (t) => {
  t.true((await grown()) > 300_000, 'V8 does not learn any more, so the flag can go')
  t.true((await grown('young')) < 100_000)
})
