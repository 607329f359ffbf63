import type { MaintenanceWindow } from '../alert-rule.ts'
import { makeCron } from './cron.ts'

/** A time in which a maintenance window is open, in ms since the epoch: from its begin up to its end. */
export interface Occurrence {
  readonly from: number
  readonly to: number
}

/** The most occurrences that are joined to one: a window may never close. */
export const MAX_JOINED = 1_000

/**
 * Returns a function that finds the occurrence under way at a time, or the next one; null: none comes. Those that overlap or touch are one, but no
 * more than `most` are joined: the next question, at the end of these, finds that the window is still open.
 */
export function occurrencesOf(
  { when }: MaintenanceWindow,
  most = MAX_JOINED,
): (now: number) => Occurrence | null {
  if ('from' in when) return (now) => (now < when.to ? { from: when.from, to: when.to } : null)
  const { forMs } = when
  const cron = makeCron(when.cron, when.timeZone)
  return (now) => {
    const from = cron.next(now - forMs)
    if (from === null) return null
    let to = from + forMs
    for (let joined = 1; joined < most; joined++) {
      const next = cron.next(to - forMs)
      if (next === null || next > to) break
      to = next + forMs
    }
    return { from, to }
  }
}
