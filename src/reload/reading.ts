import type { ResourceId, Url } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/table.ts'
import { serializeLabels } from '../targets/labels.ts'
import type { Target } from '../targets/target.ts'
import type { Membership } from './membership.ts'

/** What a source says now and did not say before. */
export interface Difference {
  /** Not on the list so far. */
  readonly fresh: readonly Target[]
  /** On the list by other sources, and by this one now too. */
  readonly joined: readonly ResourceId[]
  /** Of which it says other labels, or another way to poll. */
  readonly changed: readonly (readonly [ResourceId, Target])[]
  /** Named by it no more. */
  readonly gone: readonly ResourceId[]
  /** How many Resources it named, and how many it does. */
  readonly before: number
  readonly now: number
}

/** Ids looked at in one slice. */
const SLICE = 100_000

/**
 * One reading of a source, held against what is known: nothing is changed by it. What has not changed costs a look-up each
 * and no memory but a byte.
 */
export class Reading {
  readonly #table: ResourceTable
  readonly #membership: Membership
  readonly #source: number
  readonly #differs: (id: ResourceId, target: Target) => boolean
  readonly #seen: Uint8Array
  readonly #fresh = new Map<Url, Target>()
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
    if (id !== null) this.#again(id, target)
    else if (!this.#fresh.has(target.url)) this.#fresh.set(target.url, target)
  }

  /** Takes in a line that is, as it is, a URL on the list: it was checked when that came to be. False for any other line. */
  known(line: string): boolean {
    const id = this.#find(line as Url)
    if (id !== null) this.#again(id, { url: line as Url, overrides: null, labels: null })
    return id !== null
  }

  #find(url: Url): ResourceId | null {
    const id = this.#table.find(url)
    return id !== null && this.#membership.isListed(id) ? id : null
  }

  #again(id: ResourceId, target: Target): void {
    if (this.#seen[id] === 1) return
    this.#seen[id] = 1
    this.#known++
    if (!this.#membership.has(id, this.#source)) this.#joined.push(id)
    if (!this.#membership.isFirst(id, this.#source)) return
    if (this.#table.labels(id) !== serializeLabels(target.labels) || this.#differs(id, target))
      this.#changed.push([id, target])
  }

  /** What it comes to, once all was read. `pause` is called between slices of the work. */
  async difference(pause: () => Promise<void>): Promise<Difference> {
    const gone: ResourceId[] = []
    for (let id = 0; id < this.#seen.length; id++) {
      if (this.#seen[id] === 0 && this.#membership.has(id as ResourceId, this.#source))
        gone.push(id as ResourceId)
      if (id % SLICE === SLICE - 1) await pause()
    }
    return {
      fresh: [...this.#fresh.values()],
      joined: this.#joined,
      changed: this.#changed,
      gone,
      before: this.#membership.count(this.#source),
      now: this.#known + this.#fresh.size,
    }
  }
}
