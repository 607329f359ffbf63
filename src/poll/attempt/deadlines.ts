import type { Attempt, Timed } from './attempt.ts'
import type { StallDetector } from './stall-detector.ts'
import { WheelEntry, WheelSlots } from './wheel-slots.ts'

/** Interval between checks of the deadlines, in ms: a poll ends at most this long after its deadline. */
const TICK_MS = 10

/** The wheel turns once in 10 s. A later deadline stays in its slot for more than one turn. */
const SLOTS = 1024

/** Shorter stalls of the thread, in ms, extend no deadline. */
const MIN_EXTENSION_MS = 2 * TICK_MS

/**
 * The deadlines of all attempts of a poller, in one hashed timing wheel with one timer, which runs while there are any. A
 * timer and an AbortSignal for each attempt would cost more than the rest of its bookkeeping. The timer is also the heartbeat
 * from which the StallDetector learns how long the thread was stalled.
 */
export class Deadlines {
  readonly #slots = new WheelSlots<Timed>(SLOTS)
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

  /** Number of attempts in flight. */
  get size(): number {
    return this.#size
  }

  /**
   * Expires the Attempt when its deadline has passed, unless it is removed before. If the thread stalls meanwhile, the
   * deadline is extended by that time, but to no more than twice the time allowed.
   */
  add(attempt: Attempt): void {
    this.#add(attempt, false)
  }

  /** The same for an Attempt whose deadline is not extended: whoever waits for it goes away. */
  addFixed(attempt: Attempt): void {
    this.#add(attempt, true)
  }

  /** The Attempt has ended. */
  remove(attempt: Attempt): void {
    if (attempt.entry !== null && this.#slots.remove(attempt.entry)) this.#size--
    attempt.entry = null
    if (this.#size > 0 || this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }

  /** From now on no deadline is extended, and extensions are taken back: the program has said when it will have ended. */
  freeze(): void {
    this.#extensible = false
    // Attempts that would have expired by now expire at the next tick.
    const soonest = this.#now() + TICK_MS
    for (let slot = 0; slot < SLOTS; slot++) {
      const extended = this.#slots.filter(slot, ({ attempt, deadline }) => attempt.deadline > deadline)
      for (const entry of extended) this.#move(entry, Math.max(entry.value.deadline, soonest))
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

  #add(attempt: Attempt, isFixed: boolean): void {
    const now = this.#now()
    if (this.#timer === null) this.#tick = Math.floor(now / TICK_MS)
    // The slot of a deadline that has passed would come up when the wheel has turned.
    attempt.deadline = Math.max(attempt.deadline, this.#tick * TICK_MS)
    const { deadline } = attempt
    attempt.entry = new WheelEntry({ attempt, deadline, at: now, stalledMs: this.#stalls.totalMs, isFixed })
    this.#slots.add(attempt.entry, slotOf(deadline))
    this.#size++
    if (this.#timer !== null) return
    this.#stalls.begin(now, Date.now())
    this.#startTimer(now)
  }

  #move(entry: WheelEntry<Timed>, deadline: number): void {
    this.#slots.remove(entry)
    entry.value.attempt.deadline = deadline
    this.#slots.add(entry, slotOf(deadline))
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
      for (const entry of this.#slots.filter(tick % SLOTS, ({ attempt }) => attempt.deadline <= now)) {
        const { attempt } = entry.value
        // Another that expired may have ended it.
        if (attempt.entry !== entry || this.#extend(entry, now)) continue
        this.remove(attempt)
        attempt.expire()
      }
    }
    this.#tick = until + 1
  }

  #extend(entry: WheelEntry<Timed>, now: number): boolean {
    const start = entry.value
    const stalledMs = this.#stalls.totalMs - start.stalledMs
    if (stalledMs < MIN_EXTENSION_MS || !this.#extensible || start.isFixed) return false
    const deadline = start.deadline + Math.min(stalledMs, start.deadline - start.at)
    if (deadline <= now) return false
    this.#move(entry, deadline)
    return true
  }
}

function slotOf(deadline: number): number {
  return Math.ceil(deadline / TICK_MS) % SLOTS
}
