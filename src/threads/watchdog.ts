import type { ThreadUsage } from '../runtime/thread-usage.ts'

/**
 * How long a thread has been silent although it could have answered. CPU time counts while the thread is runnable, and all time
 * while it is not, as in a system call: a thread that gets no core on a busy machine is not silent. Check it about once in
 * `intervalMs`. One check counts at most that long, since a longer gap means that the whole process stood still.
 */
export class Watchdog {
  readonly #intervalMs: number
  #silentMs = 0
  #last: { readonly at: number; readonly usage: ThreadUsage | null } | null = null

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  /** The thread has answered. */
  reset(): void {
    this.#silentMs = 0
    this.#last = null
  }

  /** Returns the silence since the last answer, in ms. `now` in ms. Where `usage` is null, because the system does not tell it, all time counts. */
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
