import type { OpenHistoryOptions } from './open-history.ts'

type NoticeOptions = Pick<OpenHistoryOptions, 'now' | 'warn'>

/** It is said again after this time, in ms. */
const INTERVAL_MS = 3_600_000

/** Says that the clock of the machine was set back, once an hour. */
export class ClockNotice {
  readonly #file: string
  readonly #options: NoticeOptions
  #saidAt: number | null = null

  constructor(file: string, options: NoticeOptions) {
    this.#file = file
    this.#options = options
  }

  /** `until`: polls are not recorded until the clock has passed this time, in ms since the epoch. */
  report(until: number): void {
    const now = this.#options.now()
    if (this.#saidAt !== null && Math.abs(now - this.#saidAt) < INTERVAL_MS) return
    this.#saidAt = now
    this.#options.warn(
      `history ${this.#file}: the clock was set back; polls are recorded again after ${new Date(until).toISOString()}, or in a new file`,
    )
  }
}
