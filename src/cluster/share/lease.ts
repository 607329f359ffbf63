/** How long a batch is locked for its holder in the engine, in ms. Renewed well within that time. */
export const LOCK_MS = 1_600

/** How long a holder may poll after the last renewal that succeeded was sent, in ms, by its own monotonic clock: less than the lock. */
export const LEASE_MS = 1_400

/** Time between two renewals, in ms. */
export const RENEW_MS = 400

/** Until when this machine may poll what it holds. Times in ms of its own monotonic clock. */
export class Lease {
  #until = Number.NEGATIVE_INFINITY

  /** No poll may start after this time. */
  get until(): number {
    return this.#until
  }

  /** Whether a poll may start. */
  runs(now: number): boolean {
    return now < this.#until
  }

  /** A renewal that was sent at `sentAt` has succeeded. One that took longer than the lease changes nothing. */
  renewed(sentAt: number): void {
    this.#until = Math.max(this.#until, sentAt + LEASE_MS)
  }
}
