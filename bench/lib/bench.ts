import type { Cores } from './cores.ts'

/** What all scenarios of one run share. */
export interface Bench {
  /** For lists, configurations and what is built; removed at the end. */
  readonly folder: string
  readonly cores: Cores
  readonly rounds: number
  /** How long polls are counted, in s. */
  readonly seconds: number
  /** How long a contestant polls before they are, in s. */
  readonly warmUp: number
  /** As short as it can be: it proves that the bench works, its figures mean nothing. */
  readonly short: boolean
  /** The checkout of an earlier headcount that takes part as well; null for none. */
  readonly base: string | null
  /** Contestants that may take part, by the words of `--contestants`. */
  readonly contestants: readonly string[]
  readonly nginx: boolean
  /** The Go peer's program; null where there is no Go to build it. */
  readonly go: string | null
  readonly blackbox: boolean
  /** Tells how far it is. */
  readonly log: (line: string) => void
}
