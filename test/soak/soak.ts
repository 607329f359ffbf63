// Long runs of the whole program. `npm run soak -- --polls 1000000`: not one false verdict, however busy the machine.
// `npm run soak -- --minutes 60 --plot docs/soak.svg`: nothing grows, while pollers die and lists change.
import { parseArgs } from 'node:util'
import { falseVerdicts } from './false-verdicts.ts'
import { long } from './long.ts'

const { values } = parseArgs({
  options: {
    polls: { type: 'string', default: '20000' },
    minutes: { type: 'string' },
    plot: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const passed =
  values.minutes === undefined
    ? await falseVerdicts(Number(values.polls))
    : await long({
        minutes: Number(values.minutes),
        plot: values.plot ?? null,
        seed: Number(values.seed),
        say: (line) => void process.stdout.write(`${line}\n`),
      })
process.exitCode = passed ? 0 : 1
