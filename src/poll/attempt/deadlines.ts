import type { Attempt } from './attempt.ts'
import type { StallDetector } from './stall-detector.ts'

/** Interval between checks of the deadlines, in ms: a poll ends at most this long after its deadline. */
const TICK_MS = 10

/** The wheel turns once in 10 s. A later deadline stays in its slot for more than one turn. */
const SLOTS = 1024

/** Shorter stalls of the thread, in ms, extend no deadline. */
const MIN_EXTENSION_MS = 2 * TICK_MS

/** An attempt's values when it was added. */
interface Start {
  readonly deadline: number
  readonly at: number
  /** Sum of all stalls before, in ms. */
  readonly stalledMs: number
}

/**
 * The deadlines of all attempts of a poller, in one hashed timing wheel with one timer, which runs while there are any. A
 * timer and an AbortSignal for each attempt would cost more than the rest of its bookkeeping. The timer is also the heartbeat
 * from which the StallDetector learns how long the thread was stalled.
 */
export class Deadlines {
  readonly #slots: Map<Attempt, Start>[] = Array.from({ length: SLOTS }, () => new Map<Attempt, Start>())
  readonly #now: () => number
  readonly #stalls: StallDetector
  readonly #fixed = new WeakSet<Attempt>()
  #size = 0
  #extensible = true
  #tick: number
  #timer: NodeJS.Timeout | null = null
  #heartbeatAt = 0

  constructor(now: () => number, stalls: StallDetector) {
    this.#now = now
    this.#stalls = stalls
    this.#tick = Math.floor(now() / TICK_MS)
  }

  /** Number of attempts in flight. */
  get size(): number {
    return this.#size
  }

  /**
   * Expires the Attempt when its deadline has passed, unless it is removed before. If the thread stalls meanwhile, the
   * deadline is extended by that time, but to no more than twice the time allowed.
   */
  add(attempt: Attempt): void {
    const now = this.#now()
    if (this.#timer === null) this.#tick = Math.floor(now / TICK_MS)
    // The slot of a deadline that has passed would come up when the wheel has turned.
    attempt.deadline = Math.max(attempt.deadline, this.#tick * TICK_MS)
    this.#slot(attempt).set(attempt, { deadline: attempt.deadline, at: now, stalledMs: this.#stalls.totalMs })
    this.#size++
    if (this.#timer !== null) return
    this.#stalls.begin(now, Date.now())
    this.#startTimer(now)
  }

  /** The same for an Attempt whose deadline is not extended: whoever waits for it goes away. */
  addFixed(attempt: Attempt): void {
    this.#fixed.add(attempt)
    this.add(attempt)
  }

  /** The Attempt has ended. */
  remove(attempt: Attempt): void {
    if (this.#slot(attempt).delete(attempt)) this.#size--
    if (this.#size > 0 || this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }

  /** From now on no deadline is extended, and extensions are taken back: the program has said when it will have ended. */
  freeze(): void {
    this.#extensible = false
    // Attempts that would have expired by now expire at the next tick.
    const soonest = this.#now() + TICK_MS
    const moved = this.#slots.flatMap((slot) =>
      [...slot].filter(([attempt, { deadline }]) => attempt.deadline > deadline),
    )
    for (const [attempt, start] of moved) {
      this.#slot(attempt).delete(attempt)
      attempt.deadline = Math.max(start.deadline, soonest)
      this.#slot(attempt).set(attempt, start)
    }
  }

  /**
   * Notes a stall before the next heartbeat does: after a stall, socket events may come before timers. Call it before a
   * failed attempt is judged.
   */
  noteStall(): void {
    if (this.#timer === null) return
    const now = this.#now()
    if (this.#stalls.heartbeat(now - this.#heartbeatAt - TICK_MS, now, Date.now()) > 0)
      this.#heartbeatAt = now - TICK_MS
  }

  #slot(attempt: Attempt): Map<Attempt, Start> {
    return this.#slots[Math.ceil(attempt.deadline / TICK_MS) % SLOTS] as Map<Attempt, Start>
  }

  #startTimer(now: number): void {
    this.#heartbeatAt = now
    this.#timer = setTimeout(this.#onTimer, TICK_MS)
  }

  readonly #onTimer = (): void => {
    const now = this.#now()
    const stalled = this.#stalls.heartbeat(now - this.#heartbeatAt - TICK_MS, now, Date.now())
    this.#startTimer(now)
    // After a stall, expire nothing before sockets have been read: an answer may have arrived meanwhile. In a turn of the
    // event loop timers come first, then sockets, then immediates. `now` stays the time of this heartbeat: the thread may
    // stall again before the immediate, and no heartbeat has noted that yet.
    if (stalled >= MIN_EXTENSION_MS) setImmediate(() => this.#advance(now))
    else this.#advance(now)
  }

  #advance(now: number): void {
    const until = Math.floor(now / TICK_MS)
    for (let tick = Math.max(this.#tick, until - SLOTS + 1); tick <= until; tick++) {
      for (const [attempt, start] of this.#slots[tick % SLOTS] as Map<Attempt, Start>) {
        if (attempt.deadline > now || this.#extend(attempt, start, now)) continue
        this.remove(attempt)
        attempt.expire()
      }
    }
    this.#tick = until + 1
  }

  #extend(attempt: Attempt, start: Start, now: number): boolean {
    const stalledMs = this.#stalls.totalMs - start.stalledMs
    if (stalledMs < MIN_EXTENSION_MS || !this.#extensible || this.#fixed.has(attempt)) return false
    const deadline = start.deadline + Math.min(stalledMs, start.deadline - start.at)
    if (deadline <= now) return false
    this.#slot(attempt).delete(attempt)
    attempt.deadline = deadline
    this.#slot(attempt).set(attempt, start)
    return true
  }
}
