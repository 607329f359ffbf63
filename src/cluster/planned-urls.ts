import type { BoundedProfiles } from '../reload/bounded-profiles.ts'
import type { ResourceId, Url } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { Overrides } from '../settings/url-options.ts'
import type { ClusterEvent } from './engine/messages.ts'

type Definition = Extract<ClusterEvent, { type: 'define' }>
type TargetParts = readonly [url: Url, overrides: Overrides | null, labels: object | null]

/** What has come of a definition. */
export interface Defined {
  readonly ids: readonly ResourceId[]
  /** Those that are new or have other labels or settings. */
  readonly changed: readonly ResourceId[]
  /** Those that the batch had before, and no batch has now. */
  readonly left: readonly ResourceId[]
}

/** The URLs of the plan, in the table that is polled and shown. Bounded by the lists of the cluster. */
export class PlannedUrls {
  readonly #table: ResourceTable
  readonly #profiles: BoundedProfiles
  readonly #batches = new Map<string, readonly ResourceId[]>()
  readonly #batchOf = new Map<ResourceId, string>()

  constructor(table: ResourceTable, profiles: BoundedProfiles) {
    this.#table = table
    this.#profiles = profiles
  }

  /** The batches of the plan, as far as it is known. */
  get batches(): string[] {
    return [...this.#batches.keys()]
  }

  /** The Resources of a batch. */
  of(batch: string): readonly ResourceId[] {
    return this.#batches.get(batch) ?? []
  }

  /** The batch of a Resource; undefined: it is in none any more. */
  batchOf(id: ResourceId): string | undefined {
    return this.#batchOf.get(id)
  }

  /** Puts the URLs of a batch into the table. */
  define({ batch, targets, facts }: Definition): Defined {
    const before = this.of(batch)
    const ids: ResourceId[] = []
    const changed: ResourceId[] = []
    for (const [index, parts] of (JSON.parse(targets) as TargetParts[]).entries()) {
      const [url] = parts
      const added = this.#table.add(url)
      const id = (added ?? this.#table.find(url)) as ResourceId
      const known = facts[index] ?? null
      if (added !== null && known !== null) this.#table.write({ id, ...known })
      ids.push(id)
      this.#batchOf.set(id, batch)
      if (this.#set(id, parts) || added !== null || this.#table.isLeaving(id)) changed.push(id)
    }
    this.#batches.set(batch, ids)
    const now = new Set(ids)
    return { ids, changed, left: before.filter((id) => !now.has(id) && this.#leave(id, batch)) }
  }

  /** Takes a batch out of the plan. Returns the Resources that are in no batch any more. */
  undefine(batch: string): ResourceId[] {
    const ids = this.of(batch)
    this.#batches.delete(batch)
    return ids.filter((id) => this.#leave(id, batch))
  }

  /** Sets what the list says of a URL. Returns whether it is shown in another way. */
  #set(id: ResourceId, [, overrides, labels]: TargetParts): boolean {
    const before = this.#table.profile(id)
    const profile = this.#profiles.acquire(overrides)
    this.#table.setProfile(id, profile)
    this.#profiles.release(before)
    const text = labels === null ? '' : JSON.stringify(labels)
    const differs = this.#table.labels(id) !== text
    if (differs) this.#table.setLabels(id, text)
    return differs || before !== profile
  }

  #leave(id: ResourceId, batch: string): boolean {
    if (this.#batchOf.get(id) !== batch) return false
    this.#batchOf.delete(id)
    this.#profiles.release(this.#table.profile(id))
    this.#table.setProfile(id, 0)
    return true
  }
}
