/** The longest time that passes between two readings, in ms: several times that between two turns of the alerter. */
const MAX_STEP_MS = 5_000

/**
 * A clock that goes on while the thread runs, as far as it is read at least every MAX_STEP_MS. Time in which the process was stopped, or its
 * thread stood still, is not time that a URL was down, or that anybody waited. `clock`: in ms, never set back.
 */
export function runningClock(clock: () => number): () => number {
  let readAt: number | null = null
  let lostMs = 0
  return () => {
    const at = clock()
    lostMs += Math.max(0, at - (readAt ?? at) - MAX_STEP_MS)
    readAt = at
    return at - lostMs
  }
}
