import type { Verdict } from '../resource/resource.ts'

/** Counts polls, and the Resources that have not had their first one. */
export class PollCounter {
  /** How many polls have come back. */
  polls = 0
  /** How many Resources have not come back from their first poll. */
  unpolled = 0

  /** A Resource came back. A verdict that is still `pending` means that it was not polled. */
  returned(before: Verdict, now: Verdict): void {
    if (now === 'pending') return
    this.polls++
    this.leftPending(before)
  }

  /** A Resource with this verdict needs no first poll any more. */
  leftPending(before: Verdict): void {
    if (before === 'pending') this.unpolled--
  }
}
