// `npm run flaky -- 20 [FILE...]` runs the tests 20 times, then 20 times beside two busy loops, each time in another order of the
// files, and lists every test that failed, with the seed of the order. `--plain` or `--busy` runs only one kind. `--seed N` sets the seed
// of the first run; the next has N + 1.
import { parseArgs } from 'node:util'
import { startBusyLoops } from '../helpers/processes.ts'
import { buildProgram } from './build-program.ts'
import { runSuite } from './suite.ts'

const BUSY_LOOPS = 2

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    plain: { type: 'boolean', default: false },
    busy: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const [count = '5', ...files] = positionals
const runs = Number(count)
const firstSeed = Number(values.seed)
if (!Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(firstSeed)) {
  process.stderr.write('usage: npm run flaky -- RUNS [--plain | --busy] [--seed N] [FILE...]\n')
  process.exit(2)
}
const modes = values.plain === values.busy ? ['plain', 'busy'] : [values.plain ? 'plain' : 'busy']
const say = (line: string) => void process.stdout.write(`${line}\n`)

let stopLoops = () => {}
process.on('exit', () => stopLoops())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

/** The runs in which each test failed, by its title. */
const failed = new Map<string, string[]>()
let bad = 0
const env = buildProgram()
let seed = firstSeed
for (const mode of modes) {
  if (mode === 'busy') stopLoops = startBusyLoops(BUSY_LOOPS)
  for (let run = 1; run <= runs; run++, seed++) {
    const began = performance.now()
    const { passed, failures, code } = await runSuite(
      files,
      { ...env, TESTS_SEED: String(seed) },
      { onFailure: ({ title, why }) => say(`failed: ${title}\n${why}`) },
    )
    for (const { title } of failures)
      failed.set(title, [...(failed.get(title) ?? []), `${mode}, seed ${seed}`])
    if (code !== 0) bad++
    const took = ((performance.now() - began) / 1_000).toFixed(0)
    say(`${mode} ${run} of ${runs}, seed ${seed}: ${passed} passed, ${failures.length} failed, ${took} s`)
  }
  stopLoops()
}
say(bad === 0 ? `all ${runs * modes.length} runs passed` : `${bad} of ${runs * modes.length} runs failed`)
for (const [title, when] of failed) say(`${when.length} times: ${title} (${when.join('; ')})`)
process.exitCode = bad === 0 ? 0 : 1
