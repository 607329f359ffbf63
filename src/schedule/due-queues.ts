import { NONE, Queue } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'

/**
 * The due Resources, a queue for each poller. All of one origin go to one poller, its home, so that what a poller learns
 * of an origin (names, TLS sessions, limits) needs no sharing. While the home is closed they are spread over the others.
 */
export class DueQueues {
  readonly #queues: readonly Queue[]
  readonly #originOf: (id: number) => number
  /** The numbers of the pollers that take Resources, and whether each does. */
  #open: number[]
  readonly #isOpen: boolean[]

  constructor(links: Links, pollers: number, originOf: (id: number) => number) {
    this.#queues = Array.from({ length: pollers }, () => new Queue(links))
    this.#originOf = originOf
    this.#isOpen = Array.from({ length: pollers }, () => true)
    this.#open = [...this.#isOpen.keys()]
  }

  /** Puts a Resource last. */
  push(id: number): void {
    this.#queueOf(id).push(id)
  }

  /** Puts a Resource that has waited before first. */
  unshift(id: number): void {
    this.#queueOf(id).unshift(id)
  }

  /** Takes the next one for a poller, or NONE; a closed one gets none. */
  shift(poller: number): number {
    return (this.#queues[poller] as Queue).shift()
  }

  isOpen(poller: number): boolean {
    return this.#isOpen[poller] as boolean
  }

  /** A poller takes no more: what is due at it goes to the others. */
  close(poller: number): void {
    this.#setOpen(poller, false)
    this.#redistribute(poller)
  }

  /** A poller takes Resources again: those of its origins from now on, and what nobody was there to take. */
  open(poller: number): void {
    this.#setOpen(poller, true)
    for (const [other, open] of this.#isOpen.entries()) if (!open) this.#redistribute(other)
  }

  #setOpen(poller: number, open: boolean): void {
    this.#isOpen[poller] = open
    this.#open = [...this.#isOpen.keys()].filter((one) => this.#isOpen[one])
  }

  /** Where none is open, its own queue keeps what it has. */
  #redistribute(poller: number): void {
    if (this.#open.length === 0) return
    const queue = this.#queues[poller] as Queue
    for (let { head } = queue; head !== NONE; { head } = queue) this.push(queue.shift())
  }

  #queueOf(id: number): Queue {
    const pollers = this.#queues.length
    const origin = this.#originOf(id)
    const home = homePoller(origin, pollers)
    const fallback = this.#open[Math.floor(origin / pollers) % this.#open.length] ?? home
    return this.#queues[this.isOpen(home) ? home : fallback] as Queue
  }
}

/** The number of the poller that an origin belongs to, from 0. */
export function homePoller(origin: number, pollers: number): number {
  return origin % pollers
}
