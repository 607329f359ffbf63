import type { Flight } from './flight.ts'
import type { Held } from './held.ts'

/** How often deadlines are looked at, in ms: a poll ends at most this much after its deadline. */
const TICK_MS = 10

/** 10 s around: a deadline further away stays in its slot for more rounds. */
const SLOTS = 1024

/** Pauses of the thread shorter than this, in ms, change no deadline. */
const PAUSE_MS = 2 * TICK_MS

/** What a deadline was when its poll began. */
interface Start {
  readonly deadline: number
  readonly at: number
  /** All pauses of the thread before, in ms. */
  readonly held: number
}

/**
 * All deadlines of a poller, in one hashed wheel with one timer, which runs only while there are any: a timer and an
 * AbortSignal for each poll would cost more than the poll's own bookkeeping. Its timer is the heartbeat that tells how
 * long the thread stood still.
 */
export class Deadlines {
  readonly #slots: Map<Flight, Start>[] = Array.from({ length: SLOTS }, () => new Map<Flight, Start>())
  readonly #now: () => number
  readonly #held: Held
  #size = 0
  #moving = true
  #tick: number
  #timer: NodeJS.Timeout | null = null
  #beatAt = 0

  constructor(now: () => number, held: Held) {
    this.#now = now
    this.#held = held
    this.#tick = Math.floor(now() / TICK_MS)
  }

  /** How many polls are under way. */
  get size(): number {
    return this.#size
  }

  /**
   * Expires the Flight when its deadline has passed, unless it is removed before. For as long as the thread stood still
   * meanwhile the deadline moves, to twice its time at most: then the poll neither heard nor said anything.
   */
  add(flight: Flight): void {
    const now = this.#now()
    this.#slot(flight).set(flight, { deadline: flight.deadline, at: now, held: this.#held.total })
    this.#size++
    if (this.#timer !== null) return
    this.#tick = Math.floor(now / TICK_MS)
    this.#beat(now)
  }

  remove(flight: Flight): void {
    if (this.#slot(flight).delete(flight)) this.#size--
    if (this.#size > 0 || this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }

  /** From now on no deadline moves: who ends the program was told when it will have ended. */
  hold(): void {
    this.#moving = false
    // Those that would have expired by now do so at the next tick.
    const soonest = this.#now() + TICK_MS
    const moved = this.#slots.flatMap((slot) =>
      [...slot].filter(([flight, { deadline }]) => flight.deadline > deadline),
    )
    for (const [flight, start] of moved) {
      this.#slot(flight).delete(flight)
      flight.deadline = Math.max(start.deadline, soonest)
      this.#slot(flight).set(flight, start)
    }
  }

  /**
   * Notes a pause that the next heartbeat will tell of only: a thread that was stopped may hear of a socket's end before its
   * timers. Call it before a failed poll is judged.
   */
  noteStall(): void {
    if (this.#timer === null) return
    const now = this.#now()
    if (this.#held.beat(now - this.#beatAt - TICK_MS, now, Date.now()) > 0) this.#beatAt = now - TICK_MS
  }

  #slot(flight: Flight): Map<Flight, Start> {
    return this.#slots[Math.ceil(flight.deadline / TICK_MS) % SLOTS] as Map<Flight, Start>
  }

  #beat(now: number): void {
    this.#beatAt = now
    this.#timer = setTimeout(this.#onTimer, TICK_MS)
  }

  readonly #onTimer = (): void => {
    const now = this.#now()
    const paused = this.#held.beat(now - this.#beatAt - TICK_MS, now, Date.now())
    this.#beat(now)
    // Timers come before sockets in a turn of the event loop, immediates after: an answer that came during the pause
    // is there to be read. Not by the time of then: the thread may be stopped in between, which no heartbeat has noted.
    if (paused >= PAUSE_MS) setImmediate(() => this.#advance(now))
    else this.#advance(now)
  }

  #advance(now: number): void {
    const until = Math.floor(now / TICK_MS)
    for (let tick = Math.max(this.#tick, until - SLOTS + 1); tick <= until; tick++) {
      for (const [flight, start] of this.#slots[tick % SLOTS] as Map<Flight, Start>) {
        if (flight.deadline > now || this.#moved(flight, start, now)) continue
        this.remove(flight)
        flight.expire()
      }
    }
    this.#tick = until + 1
  }

  #moved(flight: Flight, start: Start, now: number): boolean {
    const held = this.#held.total - start.held
    if (held < PAUSE_MS || !this.#moving) return false
    const deadline = start.deadline + Math.min(held, start.deadline - start.at)
    if (deadline <= now) return false
    this.#slot(flight).delete(flight)
    flight.deadline = deadline
    this.#slot(flight).set(flight, start)
    return true
  }
}
