import type { ResourceId } from '../../resource/resource.ts'
import type { ShownState } from '../../state/shown-state.ts'

/** Maximum number of URLs whose last States are kept: about half a kilobyte per State, 5 MB in all. */
const MAX_URLS = 2_048

/** States kept of each URL. */
const MAX_STATES = 5

/** States kept of the URL on the screen, and of each if there are few URLs. */
const MAX_STATES_IN_DETAIL = 20

/** So many URLs are few: their States take no more than those of MAX_URLS. */
const FEW_URLS = (MAX_URLS * MAX_STATES) / MAX_STATES_IN_DETAIL

/** Keeps the last States of URLs in full. Bounded. */
export class RecentStates {
  readonly #states = new Map<ResourceId, ShownState[]>()
  /** Those whose settings have changed since their last poll. */
  readonly #outdated = new Set<ResourceId>()
  /** The URL on the screen, which is always kept. */
  #watched: ResourceId | null = null

  /** `urls`: number of URLs. If there are more than can be kept, those that are up are not: they would displace the others. */
  add(state: ShownState, urls: number): void {
    let states = this.#states.get(state.id)
    if (states === undefined) {
      if (urls > MAX_URLS && state.verdict === 'up' && state.id !== this.#watched) return
      states = []
    }
    states.unshift(state)
    const most = urls <= FEW_URLS || state.id === this.#watched ? MAX_STATES_IN_DETAIL : MAX_STATES
    states.length = Math.min(states.length, most)
    // Move it to the end of the map: the order is that of the last polls.
    this.#states.delete(state.id)
    this.#states.set(state.id, states)
    this.#outdated.delete(state.id)
    if (this.#states.size <= MAX_URLS) return
    for (const id of this.#states.keys()) {
      if (id === this.#watched) continue
      this.forget(id)
      break
    }
  }

  forget(id: ResourceId): void {
    this.#states.delete(id)
    this.#outdated.delete(id)
  }

  /** A URL has other settings than its States that are kept. */
  outdate(id: ResourceId): void {
    if (this.#states.has(id)) this.#outdated.add(id)
  }

  /** Whether the settings of a URL have changed since its last State. */
  isOutdated(id: ResourceId): boolean {
    return this.#outdated.has(id)
  }

  watch(id: ResourceId | null): void {
    this.#watched = id
  }

  /** Newest first; empty if they were dropped. */
  get(id: ResourceId): readonly ShownState[] {
    return this.#states.get(id) ?? []
  }
}
