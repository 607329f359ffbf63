import type { CompilePattern } from './label-test.ts'

/** What the engine needs from outside. */
export interface EngineOptions {
  /** Makes the key of an alert from a text: equal for equal texts, now and after a restart, and different for others. */
  readonly hash: (text: string) => string
  readonly compile: CompilePattern
  /**
   * The uptime of a URL over the `overMs` up to `wallNow`, 0 to 1, from the history; null: it is not known, and nothing changes. It never
   * rejects: it reports its errors itself. Asked for each URL of a rule with `uptime` once a minute at most.
   */
  readonly uptimeOf: (url: string, overMs: number, wallNow: number) => Promise<number | null>
  /** How far the clock of the machine, which the history follows, is ahead of that of `now`, in ms. Default: not at all. */
  readonly wallOffset?: () => number
}
