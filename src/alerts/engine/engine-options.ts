import type { UptimeShare } from '../uptime-share.ts'
import type { CompilePattern } from './label-test.ts'

/** What the engine needs from outside. */
export interface EngineOptions {
  /** Makes the key of an alert from a text: equal for equal texts, now and after a restart, and different for others. */
  readonly hash: (text: string) => string
  readonly compile: CompilePattern
  /**
   * The uptime of a URL over the `overMs` up to `wallNow`, from the history; without a number nothing changes. It never rejects: it reports its
   * errors itself. Asked for each URL of a rule with `uptime` once a minute at most, and once more when its alert may be over.
   */
  readonly uptimeOf: (url: string, overMs: number, wallNow: number) => Promise<UptimeShare>
  /** How far the clock of the machine, which the history follows, is ahead of that of `now`, in ms. Default: not at all. */
  readonly wallOffset?: () => number
}
