import { DOWN, UNKNOWN, UP } from '../poll-batch.ts'
import type { State } from '../../state/state.ts'

/** The code of a verdict in the history. */
export function verdictCode(verdict: State['verdict']): number {
  switch (verdict) {
    case 'up':
      return UP
    case 'down':
      return DOWN
    case 'unknown':
      return UNKNOWN
    default:
      return verdict satisfies never
  }
}
