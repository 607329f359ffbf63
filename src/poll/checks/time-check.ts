import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Phases } from '../../state/state.ts'

/** Says that an answer took longer than `maxMs`, and names the phase that took longest. `phasesMs`: of this attempt. */
export function slowAnswer(elapsedMs: number, maxMs: number, phasesMs: Readonly<Phases>): Failure {
  const [phase, ms] = Object.entries(phasesMs).reduce((longest, one) => (one[1] > longest[1] ? one : longest))
  return failure(
    'slow',
    `${Math.ceil(elapsedMs)} ms, of at most ${maxMs} ms; ${phase} took ${Math.ceil(ms)} ms`,
  )
}
