import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { History } from '../../src/history/history.ts'
import { directoryOf } from '../helpers/directory.ts'
import { checkUrl } from '../helpers/history-checks.ts'
import type { RawPoll } from '../helpers/history-model.ts'
import {
  FLUSH_STEP_MS,
  POLLS_PER_FLUSH,
  pollsOfFlush,
  SCRIPT_START,
  SCRIPT_URLS,
} from '../helpers/history-script.ts'
import { seeded } from '../helpers/random.ts'
import { repetitions } from '../helpers/thorough.ts'

const PROGRAM = fileURLToPath(new URL('../programs/write-history.ts', import.meta.url))
const KILLS = repetitions(5, 200)
/** Between the beginnings of runs, of the simulated clock. */
const RUN_MS = 3_600_000
const CHECKED = [1, 2, 31, 61, 91, 401, 961, 1_000, 1_141, 1_200]

/** Lets the program flush `times` times, and kills it. Returns the number of the last flush that it reported. */
async function runAndKill(file: string, begin: number, times: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, file, String(begin)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let reported = 0
  const ended = once(child, 'close')
  createInterface({ input: child.stdout }).on('line', (line) => {
    reported = Number(line)
    if (reported === times) child.kill('SIGKILL')
  })
  const [, signal] = (await ended) as [number | null, NodeJS.Signals | null]
  if (signal !== 'SIGKILL') throw new Error('the program ended by itself')
  return reported
}

test(`a process killed ${KILLS} times loses at most a flush, and no sum is wrong`, async (t) => {
  t.timeout(600_000)
  const file = join(directoryOf(t), 'h.db')
  const seed = Number(process.env['TESTS_SEED'] ?? randomInt(2 ** 31))
  t.log(`TESTS_SEED=${seed}`)
  const { below } = seeded(seed)
  const polls: RawPoll[] = []
  const watched: { begin: number; end: number }[] = []
  for (let run = 0; run < KILLS; run++) {
    const begin = SCRIPT_START + run * RUN_MS
    const reported = await runAndKill(file, begin, 1 + below(100))
    const history = open(file, begin + RUN_MS - 1)
    const flushes = flushesIn(history, begin)
    t.true(flushes >= reported, `${flushes} flushes are in the file, ${reported} were reported`)
    for (let index = 1; index <= flushes; index++) polls.push(...pollsOfFlush(index, begin))
    watched.push({ begin, end: begin + flushes * FLUSH_STEP_MS })
    if (run === KILLS - 1 || KILLS < 10) check(history, polls, watched)
    history.close()
  }
  t.pass()
})

function open(file: string, now: number): History {
  return History.open(file, {
    sizeLimit: 64e6,
    now: () => now,
    warn: (line) => {
      throw new Error(line)
    },
  })
}

/** How many flushes of a run the file has: it has all polls of each of them, or none. */
function flushesIn(history: History, begin: number): number {
  let polls = 0
  for (let url = 1; url <= SCRIPT_URLS; url++)
    for (const bucket of history.series(url, begin, begin + RUN_MS, RUN_MS).buckets) polls += bucket.polls
  if (polls % POLLS_PER_FLUSH !== 0) throw new Error(`${polls} polls are not those of whole flushes`)
  return polls / POLLS_PER_FLUSH
}

function check(history: History, polls: readonly RawPoll[], watched: { begin: number; end: number }[]): void {
  const [from, to] = [SCRIPT_START - 1_000, (watched.at(-1)?.end ?? 0) + 1_000]
  for (const id of CHECKED)
    checkUrl(
      history,
      id,
      { polls: polls.filter(({ url }) => url === id), watched, maintenance: [] },
      from,
      to,
    )
}
