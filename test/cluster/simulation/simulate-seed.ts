import { Simulation } from './simulation.ts'
import type { SimulationResult } from './simulation.ts'

/** How long there are faults, in ms of simulated time. */
const FAULTS_MS = 60_000

/** Runs the simulation that follows from a seed: three to eight machines, 20 to 80 batches. */
export function simulateSeed(seed: number): SimulationResult {
  const machines = 3 + (seed % 6)
  return new Simulation({
    seed,
    machines,
    batches: 20 + (seed % 61),
    urlsPerBatch: 100,
    faultsMs: FAULTS_MS,
  }).run()
}
