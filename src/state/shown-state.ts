import type { Verdict } from '../resource/resource.ts'
import type { Reason } from './reasons.ts'
import type { State, StateBase } from './state.ts'

/** How the last poll of a URL with settling rules relates to its verdict. */
export interface LastAnswer {
  /** What the last poll found. */
  readonly answer: State['verdict']
  /** How many consecutive polls found that; 0 for `unknown`. */
  readonly consecutive: number
  /** After how many of them the verdict is that too; 0 for `unknown`. */
  readonly needed: number
}

/** A State as it is shown. Reason, status and detail are those of the poll; the verdict may be that of earlier polls. */
export type ShownState = Omit<StateBase, 'url'> & {
  readonly verdict: State['verdict']
  readonly reason: Reason
  /** Undefined unless settings decide the verdict from more than the last poll: then that found `verdict`. */
  readonly last?: LastAnswer
}

/** What the last poll found. */
export function answerOf({ verdict, last }: Pick<ShownState, 'verdict' | 'last'>): Verdict {
  return last === undefined ? verdict : last.answer
}
