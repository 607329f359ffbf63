import type { Programs } from './build-programs.ts'
import type { Cores } from './cores.ts'

/** What all scenarios of a run share. */
export interface Bench extends Programs {
  /** A folder for lists, configurations and builds, removed at the end. */
  readonly folder: string
  readonly cores: Cores
  readonly rounds: number
  /** Duration of a measurement, in s. */
  readonly seconds: number
  /** Duration of polling before a measurement, in s. */
  readonly warmUp: number
  /** As short as possible: it shows that the bench works, and its figures mean nothing. */
  readonly short: boolean
  /** Contestants that may take part, by the words of `--contestants`. */
  readonly contestants: readonly string[]
  readonly nginx: boolean
  /** The path of the Go program; null: there is no Go to build it. */
  readonly go: string | null
  /** The path of the Go program with fasthttp; null: there is no Go, or no fasthttp. */
  readonly fasthttp: string | null
  readonly blackbox: boolean
  readonly wrk: boolean
  /** Prints a line about the progress. */
  readonly log: (line: string) => void
}
