import { randomInt } from 'node:crypto'
import test from 'ava'
import { allCases } from '../compare/polls/cases.ts'
import { compare } from '../compare/polls/differences.ts'
import { generated } from '../compare/polls/generated.ts'
import { mistakesIn } from '../compare/polls/mistakes.ts'
import { PEERS } from '../compare/polls/row.ts'
import { FIXED_SEED, recorded, recordedRow, versions } from '../compare/polls/record.ts'
import { unusedRules } from '../compare/polls/rules.ts'
import { haveTool } from '../helpers/tool.ts'

const TOOLS = [
  ['curl', ['--version']],
  ['jq', ['--version']],
  ['go', ['version']],
  ['prometheus-blackbox-exporter', ['--version']],
] as const

/** Generated cases that are new each time. */
const NEW_CASES = 100

const haveAll = TOOLS.map(([name, args]) => haveTool(name, args)).every((have) => have)
const withAll = haveAll ? test : test.skip

withAll(
  'what headcount says differently than curl, blackbox_exporter and Go has a known cause',
  async (t) => {
    t.timeout(300_000)
    const seed = randomInt(2, 2 ** 31)
    t.log(`seed ${seed}: npm run compare -- ${seed}`)
    const fixed = allCases(FIXED_SEED)
    const rows = await compare([...fixed, ...generated(seed, NEW_CASES)])
    t.deepEqual(mistakesIn(rows), [])
    t.deepEqual(unusedRules(rows), [])
    const now = rows.slice(0, fixed.length).map(recordedRow)
    const { versions: then, rows: before } = recorded()
    t.deepEqual(
      now.map(([name, ours]) => [name, ours]),
      before.map(([name, ours]) => [name, ours]),
    )
    const installed = versions()
    for (const [at, peer] of PEERS.entries()) {
      if (installed[peer] !== then[peer]) t.log(`not compared: recorded with ${peer} ${then[peer]}`)
      else
        t.deepEqual(
          now.map((row) => row[at + 2]),
          before.map((row) => row[at + 2]),
          peer,
        )
    }
  },
)
