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
  readonly #recorderMs: number
  readonly #hurry = Promise.withResolvers<void>()
  #isPatient: boolean
  #endsAt: number

  /**
   * `longestTimeoutMs`: the longest deadline of a poll in flight. `now`: the monotonic clock, in ms. `recorderMs`: what a recorder needs
   * after the monitor. `isPatient`: see there.
   */
  constructor(longestTimeoutMs: number, now: () => number, recorderMs = 0, isPatient = false) {
    this.pollersMs = longestTimeoutMs + POLLERS_GRACE_MS
    this.#now = now
    this.#recorderMs = recorderMs
    this.#isPatient = isPatient
    this.#endsAt = now() + longestTimeoutMs + EXIT_GRACE_MS
  }

  /** The run has its results: there is time to hand them over, however long that takes, until somebody hurries it. */
  get isPatient(): boolean {
    return this.#isPatient
  }

  /** Somebody who does not want to wait for the end: it comes within EXIT_GRACE_MS from now on. */
  hurry(): void {
    this.#isPatient = false
    this.#endsAt = this.#now() + EXIT_GRACE_MS
    this.#hurry.resolve()
  }

  /** Resolves when `hurry` is called. */
  get hurried(): Promise<void> {
    return this.#hurry.promise
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
    return this.#until(this.#endsAt - THREADS_MS)
  }

  /** How long to wait for anything from now on, in ms. */
  get leftMs(): number {
    return this.#until(this.#endsAt)
  }

  get #monitorAt(): number {
    return this.#endsAt - THREADS_MS - this.#recorderMs
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
