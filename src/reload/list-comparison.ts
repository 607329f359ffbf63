import type { ResourceId, Url } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { serializeLabels } from '../targets/serialize-labels.ts'
import type { Target } from '../targets/target.ts'
import type { Membership } from './membership.ts'

/** What a source says now and did not say before. */
export interface ListDiff {
  /** Not on the list so far. */
  readonly added: readonly Target[]
  /** On the list by other sources, and by this one now too. */
  readonly joined: readonly ResourceId[]
  /** Of which it says other labels, or another way to poll. */
  readonly changed: readonly (readonly [ResourceId, Target])[]
  /** Named by it no more. */
  readonly removed: readonly ResourceId[]
  /** How many Resources it named, and how many it does. */
  readonly countBefore: number
  readonly countNow: number
}

/** Ids looked at in one slice. */
const SLICE_SIZE = 100_000

/**
 * One reading of a source, held against what is known: nothing is changed by it. What has not changed costs a look-up each
 * and no memory but a byte.
 */
export class ListComparison {
  readonly #table: ResourceTable
  readonly #membership: Membership
  readonly #source: number
  readonly #differs: (id: ResourceId, target: Target) => boolean
  readonly #seen: Uint8Array
  readonly #added = new Map<Url, Target>()
  readonly #joined: ResourceId[] = []
  readonly #changed: [ResourceId, Target][] = []
  #known = 0

  /** `differs`: whether a target is to be polled in another way than its Resource is. */
  constructor(
    table: ResourceTable,
    membership: Membership,
    source: number,
    differs: (id: ResourceId, target: Target) => boolean,
  ) {
    this.#table = table
    this.#membership = membership
    this.#source = source
    this.#differs = differs
    this.#seen = new Uint8Array(table.limit)
  }

  /** Takes in a target; of several for one URL the first holds. */
  target(target: Target): void {
    const id = this.#find(target.url)
    if (id !== null) this.#markSeen(id, target)
    else if (!this.#added.has(target.url)) this.#added.set(target.url, target)
  }

  /** Takes in a line that is, as it is, a URL on the list: it was checked when that came to be. False for any other line. */
  known(line: string): boolean {
    const id = this.#find(line as Url)
    if (id !== null) this.#markSeen(id, { url: line as Url, overrides: null, labels: null })
    return id !== null
  }

  #find(url: Url): ResourceId | null {
    const id = this.#table.find(url)
    return id !== null && this.#membership.isListed(id) ? id : null
  }

  #markSeen(id: ResourceId, target: Target): void {
    if (this.#seen[id] === 1) return
    this.#seen[id] = 1
    this.#known++
    if (!this.#membership.has(id, this.#source)) this.#joined.push(id)
    if (!this.#membership.isFirst(id, this.#source)) return
    if (this.#table.labels(id) !== serializeLabels(target.labels) || this.#differs(id, target))
      this.#changed.push([id, target])
  }

  /** What it comes to, once all was read. `pause` is called between slices of the work. */
  async diff(pause: () => Promise<void>): Promise<ListDiff> {
    const removed: ResourceId[] = []
    for (let id = 0; id < this.#seen.length; id++) {
      if (this.#seen[id] === 0 && this.#membership.has(id as ResourceId, this.#source))
        removed.push(id as ResourceId)
      if (id % SLICE_SIZE === SLICE_SIZE - 1) await pause()
    }
    return {
      added: [...this.#added.values()],
      joined: this.#joined,
      changed: this.#changed,
      removed,
      countBefore: this.#membership.count(this.#source),
      countNow: this.#known + this.#added.size,
    }
  }
}
