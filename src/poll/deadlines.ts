import type { Flight } from './flight.ts'
import type { Held } from './held.ts'

/** How often deadlines are looked at, in ms: a poll ends at most this much after its deadline. */
export const TICK_MS = 10

/** 10 s around: a deadline further away stays in its slot for more rounds. */
const SLOTS = 1024

/** After a pause of the thread longer than this, in ms, what has arrived meanwhile is read before deadlines are held. */
const PAUSE_MS = 2 * TICK_MS

/**
 * All deadlines of a poller, in one hashed wheel with one timer, which runs only while there are any: a timer and an
 * AbortSignal for each poll would cost more than the poll's own bookkeeping. Its timer is the heartbeat that tells how
 * long the thread stood still.
 */
export class Deadlines {
  readonly #slots: Set<Flight>[] = Array.from({ length: SLOTS }, () => new Set())
  readonly #now: () => number
  readonly #held: Held
  #size = 0
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

  /** Expires the Flight when its deadline has passed, unless it is removed before. */
  add(flight: Flight): void {
    this.#slot(flight).add(flight)
    this.#size++
    if (this.#timer !== null) return
    const now = this.#now()
    this.#tick = Math.floor(now / TICK_MS)
    this.#beat(now)
  }

  remove(flight: Flight): void {
    if (this.#slot(flight).delete(flight)) this.#size--
    if (this.#size > 0 || this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
  }

  #slot(flight: Flight): Set<Flight> {
    return this.#slots[Math.ceil(flight.deadline / TICK_MS) % SLOTS] as Set<Flight>
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
    // is not late.
    if (paused > PAUSE_MS) setImmediate(() => this.#advance(this.#now()))
    else this.#advance(now)
  }

  #advance(now: number): void {
    const until = Math.floor(now / TICK_MS)
    for (let tick = Math.max(this.#tick, until - SLOTS + 1); tick <= until; tick++) {
      for (const flight of this.#slots[tick % SLOTS] as Set<Flight>) {
        if (flight.deadline > now) continue
        this.remove(flight)
        flight.expire()
      }
    }
    this.#tick = until + 1
  }
}
