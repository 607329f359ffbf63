/** How often a Resource is to be polled; all in ms. */
export interface Cadence {
  /** Time between polls of the same URL. */
  readonly intervalMs: number
  /** Time added to the interval for each consecutive error. */
  readonly errorBackoffMs: number
  /** The most time that is added. */
  readonly maxBackoffMs: number
}
