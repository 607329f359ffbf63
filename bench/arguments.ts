import { parseArgs } from 'node:util'
import { CONTESTANTS } from './scenarios/peers.ts'

/** The scenarios, in the order in which they run. */
const SCENARIOS = [
  ...(['fresh', 'keep', 'tls', 'tls-keep', 'http2', 'dns', 'body', 'body-keep', 'json', 'tcp'] as const),
  ...(['query', 'probe', 'million', 'names', 'idle', 'reload', 'web', 'growth', 'pool', 'start'] as const),
  ...(['cluster', 'micro'] as const),
] as const

/** The name of a scenario. */
export type Scenario = (typeof SCENARIOS)[number]

/** The options of the command line. */
export interface Arguments {
  readonly scenarios: readonly Scenario[]
  readonly contestants: readonly string[]
  readonly rounds: number
  readonly seconds: number
  readonly short: boolean
  /** The checkout of an earlier headcount to measure as well. */
  readonly base: string | null
  /** Files for the results: JSON, and a document with a place for the report. */
  readonly json: string | null
  readonly write: string | null
  /** The file of the picture. */
  readonly picture: string | null
}

const USAGE = `npm run bench -- [scenario...] [options]

scenarios: ${SCENARIOS.join(', ')}; all of them without one

--contestants <a,b>  of ${CONTESTANTS.join(', ')}
--rounds <n>         turns of each contestant (5)
--seconds <n>        how long a turn is measured (8)
--base <folder>      another checkout of headcount, with its node_modules, takes part beside this one
--short              each turn a third of a second, to see that the bench works; its figures mean nothing
--json <file>        write all figures there
--write <file>       put the tables between the marks of this document
--picture <file>     draw polls per CPU-second of each contestant, as SVG
`

/** Parses the command line. Returns null after `--help`. Throws on unknown words. */
export function readArguments(argv: readonly string[]): Arguments | null {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      contestants: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      base: { type: 'string' },
      short: { type: 'boolean', default: false },
      json: { type: 'string' },
      write: { type: 'string' },
      picture: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return null
  }
  const { short } = values
  const scenarios = SCENARIOS.filter((name) => positionals.length === 0 || positionals.includes(name))
  const contestants = values.contestants?.split(',') ?? CONTESTANTS
  checkChoices(positionals, SCENARIOS)
  checkChoices(contestants, CONTESTANTS)
  return {
    scenarios,
    contestants,
    rounds: parsePositive(values.rounds ?? (short ? '1' : '5')),
    seconds: parsePositive(values.seconds ?? (short ? '0.3' : '8')),
    short,
    base: values.base ?? null,
    json: values.json ?? null,
    write: values.write ?? null,
    picture: values.picture ?? null,
  }
}

function checkChoices(words: readonly string[], all: readonly string[]): void {
  for (const word of words)
    if (!all.includes(word)) throw new RangeError(`${word} is not one of ${all.join(', ')}`)
}

function parsePositive(text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new RangeError(`${text} is not a positive number`)
  return number
}
