import type { ThreadUsage } from '../runtime/thread-usage.ts'

/**
 * For how long a thread has said nothing though it could have: the CPU time it used while it was runnable, and all time in which
 * it was not, such as in a system call. A thread to which a busy machine gives no core is not silent. Looked at about once in
 * `intervalMs`; more than that is never counted for one look, since what is longer befell the whole process.
 */
export class Watchdog {
  readonly #intervalMs: number
  #silentMs = 0
  #last: { readonly at: number; readonly usage: ThreadUsage | null } | null = null

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  /** It said something. */
  reset(): void {
    this.#silentMs = 0
    this.#last = null
  }

  /**
   * Looks at `now`, in ms; gives the silence since something was heard, in ms. `usage` is null where the system does not tell;
   * then all time counts.
   */
  check(now: number, usage: ThreadUsage | null): number {
    const last = this.#last
    this.#last = { at: now, usage }
    if (last === null) return 0
    const { at, usage: before } = last
    const ms = usage?.runnable === true && before !== null ? usage.cpuMs - before.cpuMs : now - at
    this.#silentMs += Math.min(this.#intervalMs, ms)
    return this.#silentMs
  }
}
