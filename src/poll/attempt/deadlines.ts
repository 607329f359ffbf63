import type { Attempt } from './attempt.ts'
import type { StallDetector } from './stall-detector.ts'

/** How often deadlines are looked at, in ms: a poll ends at most this much after its deadline. */
const TICK_MS = 10

/** 10 s around: a deadline further away stays in its slot for more rounds. */
const SLOTS = 1024

/** Pauses of the thread shorter than this, in ms, change no deadline. */
const MIN_EXTENSION_MS = 2 * TICK_MS

/** What a deadline was when its poll began. */
interface Start {
  readonly deadline: number
  readonly at: number
  /** All pauses of the thread before, in ms. */
  readonly stalledMs: number
}

/**
 * All deadlines of a poller, in one hashed wheel with one timer, which runs only while there are any: a timer and an
 * AbortSignal for each poll would cost more than the poll's own bookkeeping. Its timer is the heartbeat that tells how
 * long the thread stood still.
 */
export class Deadlines {
  readonly #slots: Map<Attempt, Start>[] = Array.from({ length: SLOTS }, () => new Map<Attempt, Start>())
  readonly #now: () => number
  readonly #stalls: StallDetector
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

  /** How many polls are under way. */
  get size(): number {
    return this.#size
  }

  /**
   * Expires the Attempt when its deadline has passed, unless it is removed before. For as long as the thread stood still
   * meanwhile the deadline moves, to twice its time at most: then the poll neither heard nor said anything.
   */
  add(attempt: Attempt): void {
    const now = this.#now()
    this.#slot(attempt).set(attempt, { deadline: attempt.deadline, at: now, stalledMs: this.#stalls.totalMs })
    this.#size++
    if (this.#timer !== null) return
    this.#tick = Math.floor(now / TICK_MS)
    this.#startTimer(now)
  }

  remove(attempt: Attempt): void {
    if (this.#slot(attempt).delete(attempt)) this.#size--
    if (this.#size > 0 || this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }

  /** From now on no deadline moves: who ends the program was told when it will have ended. */
  freeze(): void {
    this.#extensible = false
    // Those that would have expired by now do so at the next tick.
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
   * Notes a pause that the next heartbeat will tell of only: a thread that was stopped may hear of a socket's end before its
   * timers. Call it before a failed poll is judged.
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
    // Timers come before sockets in a turn of the event loop, immediates after: an answer that came during the pause
    // is there to be read. Not by the time of then: the thread may be stopped in between, which no heartbeat has noted.
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
    if (stalledMs < MIN_EXTENSION_MS || !this.#extensible) return false
    const deadline = start.deadline + Math.min(stalledMs, start.deadline - start.at)
    if (deadline <= now) return false
    this.#slot(attempt).delete(attempt)
    attempt.deadline = deadline
    this.#slot(attempt).set(attempt, start)
    return true
  }
}
