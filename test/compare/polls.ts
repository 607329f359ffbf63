import { allCases } from './polls/cases.ts'
import { compare } from './polls/differences.ts'
import { mistakesIn } from './polls/mistakes.ts'
import { FIXED_SEED, versions, write } from './polls/record.ts'

// `npm run compare` asks headcount, curl, blackbox_exporter and a Go program about the same servers, and prints differences that no rule
// explains. `npm run compare -- SEED [COUNT]`: with other generated cases. `npm run compare -- --record` also writes the record, from
// which docs/differences.md is made.

const missing = Object.entries(versions()).filter(([, version]) => version === null)
if (missing.length > 0) throw new Error(`not installed: ${missing.map(([name]) => name).join(', ')}`)

const args = process.argv.slice(2)
const isRecorded = args.includes('--record')
const [seed = String(FIXED_SEED), count = '100'] = args.filter((arg) => !arg.startsWith('--'))
const rows = await compare(allCases(Number(seed), Number(count)))
const mistakes = mistakesIn(rows)
if (isRecorded) write(rows)
const differing = rows.filter(({ different }) => different.length > 0).length
process.stdout.write(mistakes.map((line) => `${line}\n`).join(''))
process.stdout.write(
  `seed ${seed}: ${rows.length} cases, ${differing} with differences, ${mistakes.length} unexplained\n`,
)
process.exitCode = mistakes.length > 0 ? 1 : 0
