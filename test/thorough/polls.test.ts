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
    const { versions: then, rows: before } = recorded()
    const now = rows.slice(0, fixed.length).map(recordedRow)
    t.deepEqual(
      now.map(([name]) => name),
      before.map(([name]) => name),
      'npm run compare -- --record',
    )
    const changed = (column: number) =>
      now.flatMap((row, at) => {
        const [was, is] = [before[at]?.[column], row[column]].map((said) => JSON.stringify(said))
        return was === is ? [] : [`${row[0]}: ${was} became ${is}`]
      })
    t.deepEqual(changed(1), [])
    const installed = versions()
    for (const [at, peer] of PEERS.entries()) {
      if (installed[peer] !== then[peer]) t.log(`not compared: recorded with ${peer} ${then[peer]}`)
      else t.deepEqual(changed(at + 2), [], peer)
    }
  },
)
