import type { PollOptions } from '../settings/poll-options.ts'
import type { Format } from '../print/text/monitor-options.ts'
import type { Cadence } from '../schedule/next-due.ts'

/** All that a person can ask for, checked. Times in ms. */
export interface Options extends Cadence {
  /** URLs given as arguments, not checked yet. */
  readonly urls: readonly string[]
  /** Lists to read: paths, URLs, `-` for standard input. */
  readonly files: readonly string[]
  /** Poller threads. */
  readonly poolSize: number
  /** Descriptors that the process may have open. */
  readonly descriptors: number
  readonly statusIntervalMs: number
  /** End after this long; null: never. */
  readonly durationMs: number | null
  readonly format: Format
  /** A file that gets the results as well; null: none. */
  readonly output: string | null
  /** From one reading of a list that comes from a server to the next. */
  readonly refreshMs: number
  /** Take over a list that has lost more than half of its URLs. */
  readonly allowShrink: boolean
  /** Print a State only when verdict, reason or status differs from that URL's last. */
  readonly changes: boolean
  /** Print every failed poll on standard error, not changes alone. */
  readonly verbose: boolean
  /** List those URLs alone that are not up. */
  readonly brief: boolean
  /** Show on standard error how far the run is. */
  readonly progress: boolean
  /** Poll each URL once, then end. */
  readonly once: boolean
  /** Read the lists and say what is wrong with them, no more. */
  readonly check: boolean
  /** Say what the list at its interval asks of this machine, no more. */
  readonly plan: boolean
  /** Poll a small site of our own. */
  readonly demo: boolean
  readonly poll: PollOptions
}
