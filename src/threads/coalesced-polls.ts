import type { SentPoll } from '../alerts/run/poll-batch.ts'
import type { ResourceId } from '../resource/resource.ts'

/** What the alerter has yet to get of URLs while it lags: the last of each. Bounded by the list. */
export class CoalescedPolls {
  /** A number: when what was known of the URL was lost, in ms since the epoch. */
  readonly #last = new Map<ResourceId, SentPoll | number>()
  #dropped = 0

  /** How many URLs wait. */
  get size(): number {
    return this.#last.size
  }

  /** Polls that the alerter will never get. */
  get dropped(): number {
    return this.#dropped
  }

  /** A poll that found what the one before did. It is dropped unless an older one of its URL waits. */
  addUnchanged(poll: SentPoll): void {
    if (this.#last.has(poll.id)) this.add(poll)
    else this.#dropped++
  }

  add(poll: SentPoll): void {
    const before = this.#last.get(poll.id)
    if (typeof before === 'object') this.#dropped++
    const hasText = poll.detail === null && typeof before === 'object'
    this.#last.set(poll.id, hasText ? { ...poll, detail: before.detail } : poll)
  }

  /** What was known of a URL counts no more. `at`: in ms since the epoch. */
  lose(id: ResourceId, at: number): void {
    if (typeof this.#last.get(id) === 'object') this.#dropped++
    this.#last.set(id, at)
  }

  /** A URL has left the lists. */
  delete(id: ResourceId): void {
    this.#last.delete(id)
  }

  /** Returns what waits. Nothing does then. */
  take(): [ResourceId, SentPoll | number][] {
    const all = [...this.#last]
    this.#last.clear()
    return all
  }
}
