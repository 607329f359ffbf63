import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'

const POLL_RANDOM_FRAMES = new URL('../../../helpers/poll-random-frames.ts', import.meta.url).pathname

/** The first of so many seeds. */
const SEED = '9113'
const COUNT = '200'

test('frames at random: each poll ends, none is our fault, no connection stays', async (t) => {
  const { stdout } = await promisify(execFile)(process.execPath, [POLL_RANDOM_FRAMES, SEED, COUNT])
  const { tally, open } = JSON.parse(stdout) as { tally: Record<string, number>; open: number }
  t.log(tally)
  t.is(open, 0)
  t.true((tally['ok'] ?? 0) > 0 && (tally['protocol'] ?? 0) > 0)
})
