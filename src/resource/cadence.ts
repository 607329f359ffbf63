/** How often a Resource is to be polled; all in ms. */
export interface Cadence {
  /** Time between polls of the same URL. */
  readonly intervalMs: number
  /** Time added to the interval for each consecutive error. */
  readonly errorBackoffMs: number
  /** The most time that is added. */
  readonly maxBackoffMs: number
}

/** Time between polls of the same URL after `errCount` consecutive errors, in ms. */
export function effectiveIntervalMs(cadence: Cadence, errCount: number): number {
  return cadence.intervalMs + Math.min(cadence.errorBackoffMs * errCount, cadence.maxBackoffMs)
}

/** No poll begins earlier than this before it is due, in ms. */
export const MAX_EARLY_MS = 250

/** How long before it is due a poll may begin at most, in ms, so that few polls at a time can begin together. */
export function maxEarlyMs(intervalMs: number): number {
  return Math.min(MAX_EARLY_MS, intervalMs / 250)
}
