import type { ThreadUse } from './thread-use.ts'

/**
 * For how long a thread has said nothing though it could have: the CPU time it used while it was runnable, and all time in which
 * it was not, such as in a system call. A thread to which a busy machine gives no core is not silent. Looked at about once in
 * `everyMs`; more than that is never counted for one look, since what is longer befell the whole process.
 */
export class Silence {
  readonly #everyMs: number
  #ms = 0
  #last: { readonly at: number; readonly use: ThreadUse | null } | null = null

  constructor(everyMs: number) {
    this.#everyMs = everyMs
  }

  /** It said something. */
  heard(): void {
    this.#ms = 0
    this.#last = null
  }

  /**
   * Looks at `now`, in ms; gives the silence since something was heard, in ms. `use` is null where the system does not tell;
   * then all time counts.
   */
  look(now: number, use: ThreadUse | null): number {
    const last = this.#last
    this.#last = { at: now, use }
    if (last === null) return 0
    const { at, use: before } = last
    const ms = use?.runnable === true && before !== null ? use.cpuMs - before.cpuMs : now - at
    this.#ms += Math.min(this.#everyMs, ms)
    return this.#ms
  }
}
