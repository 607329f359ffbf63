// The whole program under random faults: `npm run chaos -- --steps 1000 --seed 7`, or `--deaths 10000` to run until so many pollers
// have died. Exits with 1 if a check failed. The same seed gives the same faults in the same order with the same pauses.
import { parseArgs } from 'node:util'
import { chaos } from './run.ts'

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    deaths: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    urls: { type: 'string', default: '2000' },
    pollers: { type: 'string', default: '4' },
    pause: { type: 'string', default: '1000' },
  },
})
const seed = Number(values.seed)
const print = (line: string) => void process.stdout.write(`${line}\n`)
print(`seed ${seed}`)
const { violations, ...figures } = await chaos({
  seed,
  steps: Number(values.steps),
  deaths: values.deaths === undefined ? null : Number(values.deaths),
  urls: Number(values.urls),
  pollers: Number(values.pollers),
  pauseMs: Number(values.pause),
  say: print,
})
for (const violation of violations.slice(0, 100)) print(violation)
print(`${violations.length === 0 ? 'passed' : 'FAILED'}: seed ${seed}, ${JSON.stringify(figures)}`)
process.exitCode = violations.length === 0 ? 0 : 1
