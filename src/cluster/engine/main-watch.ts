import { Watchdog } from '../../threads/watchdog.ts'

/** Time between two looks, in ms. */
export const LOOK_MS = 100

/**
 * A main of which nothing is heard for this long, or that has had no poller for this long, can't poll, in ms. The lease in the pollers is
 * over by then, since main passes it on; a poller that dies is replaced sooner.
 */
const PATIENCE_MS = 1_500

/** Whether main can poll what this machine takes. It says so again and again, from when it has all parts. */
export class MainWatch {
  readonly #watchdog = new Watchdog(LOOK_MS)
  #canPoll = false
  #hasPoller = false

  /** False before main has said it. */
  get canPoll(): boolean {
    return this.#canPoll
  }

  /** What main has said last: if it has a poller and can't poll, it stands still. */
  get hasPoller(): boolean {
    return this.#hasPoller
  }

  /** Main lives, and has a poller or not. */
  alive(hasPoller: boolean): void {
    this.#hasPoller = hasPoller
    if (!hasPoller) return
    this.#watchdog.reset()
    this.#canPoll = true
  }

  /** Looks whether it was heard, about every LOOK_MS. `now`: monotonic, in ms. Returns whether it could poll before, and can't any more. */
  look(now: number): boolean {
    const couldPoll = this.#canPoll
    if (this.#watchdog.check(now, null) >= PATIENCE_MS) this.#canPoll = false
    return couldPoll && !this.#canPoll
  }
}
