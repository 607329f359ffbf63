import type { ResourceId, Url } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { serializeLabels } from '../targets/serialize-labels.ts'
import type { Target } from '../targets/target.ts'
import type { Membership } from './membership.ts'

/** How a source has changed since its last reading. */
export interface ListDiff {
  /** Targets that no source has named before. */
  readonly added: readonly Target[]
  /** Resources that other sources name, and now this one too. */
  readonly joined: readonly ResourceId[]
  /** Resources that have other labels or settings. */
  readonly changed: readonly (readonly [ResourceId, Target])[]
  /** Resources that the source no longer names. */
  readonly removed: readonly ResourceId[]
  /** How many Resources the source named before, and how many now. */
  readonly countBefore: number
  readonly countNow: number
}

/** How many ids are compared in one slice. */
const SLICE_SIZE = 100_000

/** Compares a reading of a source with the table, and changes nothing. An unchanged URL costs a lookup and a byte of memory. */
export class ListComparison {
  readonly #table: ResourceTable
  readonly #membership: Membership
  readonly #source: number
  readonly #differs: (id: ResourceId, target: Target) => boolean
  readonly #seen: Uint8Array
  readonly #added = new Map<Url, Target>()
  readonly #joined: ResourceId[] = []
  readonly #changed = new Map<ResourceId, Target>()
  #known = 0

  /** `differs`: whether a target has other settings than its Resource. */
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

  /** Takes a target. If there are several for one URL, the first counts. */
  target(target: Target): void {
    const id = this.#find(target.url)
    if (id !== null) this.#markSeen(id, target)
    else if (!this.#added.has(target.url)) this.#added.set(target.url, target)
  }

  /** Takes a line that equals a URL on the list, which was checked before. Returns false for any other line. */
  known(line: string): boolean {
    const id = this.#find(line as Url)
    if (id !== null) this.#markSeen(id, { url: line as Url, overrides: null, labels: null })
    return id !== null
  }

  /** Whether another target counts for a URL: it was read before, or an earlier source names it. */
  isTaken(url: Url): boolean {
    const id = this.#find(url)
    if (id === null) return this.#added.has(url)
    return this.#seen[id] === 1 || !this.#membership.isFirst(id, this.#source)
  }

  /** The target that counts for a URL by what was read so far; null: as the table has it, undefined: none. */
  targetOf(url: Url): Target | null | undefined {
    const id = this.#find(url)
    if (id === null) return this.#added.get(url)
    if (!this.#membership.isFirst(id, this.#source)) return null
    if (this.#seen[id] === 1) return this.#changed.get(id) ?? null
    // A later source may name it; if this one did, it may not do so any more.
    return this.#membership.has(id, this.#source) ? undefined : null
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
      this.#changed.set(id, target)
  }

  /** The result, when all has been read. `pause` is called between slices of the work. */
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
      changed: [...this.#changed],
      removed,
      countBefore: this.#membership.count(this.#source),
      countNow: this.#known + this.#added.size,
    }
  }
}
