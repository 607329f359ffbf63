import { setTimeout as sleep } from 'node:timers/promises'
import type { Signals } from './signals.ts'

/** The process exits at most this long after the deadline of the last poll in flight, in ms. */
export const EXIT_GRACE_MS = 1_000

/** The part of it in which pollers that are late are waited for, in ms. */
const POLLERS_GRACE_MS = 350

/** The part of it that a recorder has after the monitor, in ms, if there is one. */
export const FLUSH_MS = 300

/** The part of it that the monitor has at least: a last push is waited for only as long as that leaves it. */
const MONITOR_MS = 250

/** The part of it that is left for ending threads and writing standard error, in ms. */
const THREADS_MS = 100

/** How long each step of an exit that begins now may take. */
export class ExitDeadline {
  /** How long to wait for pollers, in ms. */
  readonly pollersMs: number
  readonly #now: () => number
  readonly #monitorAt: number
  readonly #recorderAt: number

  /** `longestTimeoutMs`: the longest deadline of a poll in flight. `now`: the monotonic clock, in ms. `recorderMs`: what a recorder needs after the monitor. */
  constructor(longestTimeoutMs: number, now: () => number, recorderMs = 0) {
    this.pollersMs = longestTimeoutMs + POLLERS_GRACE_MS
    this.#now = now
    this.#recorderAt = now() + longestTimeoutMs + EXIT_GRACE_MS - THREADS_MS
    this.#monitorAt = this.#recorderAt - recorderMs
  }

  /** How long to wait for a last push from now on, in ms. */
  get webMs(): number {
    return this.#until(this.#monitorAt - MONITOR_MS)
  }

  /** How long to wait for the monitor from now on, in ms. */
  get monitorMs(): number {
    return this.#until(this.#monitorAt)
  }

  /** How long to wait for the recorder from now on, in ms. */
  get recorderMs(): number {
    return this.#until(this.#recorderAt)
  }

  #until(at: number): number {
    return Math.max(0, at - this.#now())
  }
}

/** Resolves with false when a start is given up: a while after the first request to stop, since it may be done by then. */
export async function startAborted(signals: Signals): Promise<false> {
  await new Promise<void>((resolve) => signals.onStop(resolve))
  return sleep(EXIT_GRACE_MS, false, { ref: false })
}
