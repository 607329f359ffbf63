import { NONE, Queue } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'

/**
 * The due Resources, in a queue for each poller. All Resources of an origin go to the same poller, its home, so that
 * pollers need not share what they know of an origin (names, TLS sessions, limits). While the home is closed they are
 * spread over the other pollers.
 */
export class DueQueues {
  readonly #queues: readonly Queue[]
  readonly #originOf: (id: number) => number
  readonly #isOpen: boolean[]
  /** The numbers of the open pollers. */
  #open: number[]

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

  /** Puts a Resource first, because it has waited before. */
  unshift(id: number): void {
    this.#queueOf(id).unshift(id)
  }

  /** Takes the next Resource for a poller, or NONE; a closed poller gets none. */
  shift(poller: number): number {
    return this.#isOpen[poller] === true ? (this.#queues[poller] as Queue).shift() : NONE
  }

  /** Closes a poller: its due Resources go to the others. */
  close(poller: number): void {
    this.#setOpen(poller, false)
    this.#redistribute(poller)
  }

  /** Opens a poller: it gets the Resources of its origins from now on, and those that waited while every poller was closed. */
  open(poller: number): void {
    this.#setOpen(poller, true)
    for (const [other, open] of this.#isOpen.entries()) if (!open) this.#redistribute(other)
  }

  #setOpen(poller: number, open: boolean): void {
    this.#isOpen[poller] = open
    this.#open = [...this.#isOpen.keys()].filter((one) => this.#isOpen[one])
  }

  /** Moves the queue of a closed poller to the open ones. If there are none, the queue stays as it is. */
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
    return this.#queues[this.#isOpen[home] === true ? home : fallback] as Queue
  }
}

/** The index of the poller that an origin belongs to, from 0. */
export function homePoller(origin: number, pollers: number): number {
  return origin % pollers
}
