// `npm run simulate -- [SEEDS [FIRST]]` runs the simulation of a cluster with so many seeds, from this one on, and prints those that find
// a problem. `npm run simulate -- large` runs one with 1,000 machines and a hundred million URLs.
import { simulateSeed } from './simulate-seed.ts'
import { Simulation } from './simulation.ts'

/** A thousand machines with 312,500 batches of 320 URLs. */
const LARGE = { seed: 1, machines: 1_000, batches: 312_500, urlsPerBatch: 320, faultsMs: 20_000 }

const [count = '1000', first = '1'] = process.argv.slice(2)
const seeds = count === 'large' ? 1 : Number(count)
let faults = 0
let failed = 0
for (let seed = Number(first); seed < Number(first) + seeds; seed++) {
  const result = count === 'large' ? new Simulation(LARGE).run() : simulateSeed(seed)
  faults += result.faults
  if (result.problems.length > 0) failed++
  for (const problem of result.problems) console.log(`seed ${seed}: ${problem}`)
  if (count === 'large') console.log(`most/mean ${result.unfairness.toFixed(3)}`)
}
console.log(`${seeds} seeds from ${first}: ${faults} faults, ${failed} seeds with problems`)
process.exitCode = failed > 0 ? 1 : 0
