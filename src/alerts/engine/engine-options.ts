/** What the engine needs from outside. */
export interface EngineOptions {
  /** Makes the key of an alert from a text: equal for equal texts, now and after a restart, and different for others. */
  readonly hash: (text: string) => string
  /** Compiles a regular expression of RE2, which the configuration has checked, into a test of the whole text. */
  readonly compile: (pattern: string) => (text: string) => boolean
  /**
   * The uptime of a URL over the last `overMs`, 0 to 1, from the history; null: it is not known, and nothing changes. It never rejects: it
   * reports its errors itself. Asked for each URL of a rule with `uptime` once a minute at most.
   */
  readonly uptimeOf: (url: string, overMs: number, now: number) => Promise<number | null>
}
