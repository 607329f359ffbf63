import type { ResourceId } from '../../resource/resource.ts'
import type { SentState } from '../../state/state-batch.ts'

/** URLs whose last States are kept whole: about half a kilobyte a State, 5 MB in all. */
const MAX_URLS = 2_048

/** States kept of each, newest first. */
const MAX_STATES = 5

/** The last States of URLs, whole. Bounded. */
export class RecentStates {
  readonly #states = new Map<ResourceId, SentState[]>()
  /** A URL that somebody looks at is kept. */
  #watched: ResourceId | null = null

  /** `urls`: how many there are. Of more than can be kept, those that are up are not: they would push out the others. */
  add(state: SentState, urls: number): void {
    let states = this.#states.get(state.id)
    if (states === undefined) {
      if (urls > MAX_URLS && state.verdict === 'up' && state.id !== this.#watched) return
      states = []
    }
    states.unshift(state)
    states.length = Math.min(states.length, MAX_STATES)
    // To the end of the map's order, where what was polled last is.
    this.#states.delete(state.id)
    this.#states.set(state.id, states)
    if (this.#states.size <= MAX_URLS) return
    for (const id of this.#states.keys()) {
      if (id === this.#watched) continue
      this.#states.delete(id)
      break
    }
  }

  forget(id: ResourceId): void {
    this.#states.delete(id)
  }

  watch(id: ResourceId | null): void {
    this.#watched = id
  }

  /** The newest first; none when they were dropped. */
  get(id: ResourceId): readonly SentState[] {
    return this.#states.get(id) ?? []
  }
}
