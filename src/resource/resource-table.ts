import { DisplayNames } from './display-names.ts'
import { ensureCapacity } from './ensure-capacity.ts'
import { Interner } from './interner.ts'
import { LabelColumn } from './label-column.ts'
import { originOf } from './origin-of.ts'
import { PollColumns } from './poll-columns.ts'
import { RefCounted } from './ref-counted.ts'
import type { ResourceBatch } from './resource-batch.ts'
import type { PolledResource, Resource, ResourceId, Url, Verdict } from './resource.ts'

/** The states of a row. A LEAVING Resource has left the list, but something still holds it. */
const FREE = 0
const LISTED = 1
const LEAVING = 2

/**
 * The Resources of a list: a row each in typed arrays, and the URLs in one byte store. That is about 120 bytes each, and nothing
 * for the garbage collector to walk. A lent Resource keeps its row, as it was when lent. Bounded by the list: rows are reused.
 */
export class ResourceTable {
  readonly #urls = new Interner()
  readonly #displayNames = new DisplayNames()
  readonly #origins = new RefCounted()
  readonly #labels = new LabelColumn()
  readonly #polled = new PollColumns()
  #origin = new Uint32Array(64)
  #profile = new Uint16Array(64)
  #generation = new Uint16Array(64)
  /** FREE, LISTED or LEAVING. */
  #rowState = new Uint8Array(64)
  #leaving = 0

  /** How many Resources there are. */
  get size(): number {
    return this.#urls.size
  }

  /** All ids are below this. */
  get limit(): number {
    return this.#urls.limit
  }

  /** How many Resources have left the list and are removed as soon as nothing holds them. */
  get leaving(): number {
    return this.#leaving
  }

  /** Their origins, by the name that `originOf` gives them. Numbers are given from 0 in the order of arrival. */
  get origins(): Pick<RefCounted, 'size' | 'limit' | 'find'> {
    return this.#origins
  }

  /** Makes the Resource of `url`. Null when there is one already. Throws a RangeError if the URL is over 65,535 bytes. */
  add(url: Url): ResourceId | null {
    const before = this.size
    const id = this.#urls.intern(url) as ResourceId
    if (this.size === before) return null
    this.#grow(id + 1)
    // The other columns are zeros. They are not written, since that would cost memory (see `ensureCapacity`).
    this.#rowState[id] = LISTED
    this.#origin[id] = this.#origins.acquire(originOf(url))
    this.#displayNames.add(id, url, (other) => this.find(other) !== null)
    return id
  }

  /** Removes a Resource. The next new Resource may get its id. Throws when there is none. */
  remove(id: ResourceId): void {
    this.#displayNames.remove(id, this.url(id))
    this.#urls.remove(id)
    this.setLabels(id, '')
    this.setLeaving(id, false)
    this.#rowState[id] = FREE
    this.setProfile(id, 0)
    this.#generation[id] = this.generation(id) + 1
    this.#polled.clear(id)
    this.#origins.release(this.#origin[id] as number)
  }

  /** The Resource of `url`, or null. */
  find(url: Url): ResourceId | null {
    const id = this.#urls.find(url)
    return id < 0 ? null : (id as ResourceId)
  }

  /** Whether there is a Resource with this id. */
  has(id: number): id is ResourceId {
    return (this.#rowState[id] ?? FREE) !== FREE
  }

  /** All ids. They are in the order of the list unless it has changed. */
  *ids(): Generator<ResourceId> {
    for (let id = 0; id < this.limit; id++) if (this.has(id)) yield id
  }

  /** The ids of the Resources that are on the list. */
  *listed(): Generator<ResourceId> {
    for (const id of this.ids()) if (!this.isLeaving(id)) yield id
  }

  /** Whether a Resource has left the list. */
  isLeaving(id: ResourceId): boolean {
    return this.#rowState[id] === LEAVING
  }

  /** Records that a Resource has left the list, or is back on it. */
  setLeaving(id: ResourceId, leaving: boolean): void {
    if (this.isLeaving(id) !== leaving) this.#leaving += leaving ? 1 : -1
    this.#rowState[id] = leaving ? LEAVING : LISTED
  }

  url(id: ResourceId): Url {
    return this.#urls.text(id) as Url
  }

  /** The URL as it is printed: without credentials, and different from that of every other Resource. */
  displayName(id: ResourceId): string {
    return this.#displayNames.of(id, this.url(id))
  }

  /** The number of the origin. Numbers are given from 0 in the order of arrival. */
  origin(id: ResourceId): number {
    return this.#origin[id] as number
  }

  /** How many other URLs have had this id. Wraps at 65,536. */
  generation(id: ResourceId): number {
    return this.#generation[id] as number
  }

  /** The number of the profile: the settings that the list gives for this URL. 0: none. */
  profile(id: ResourceId): number {
    return this.#profile[id] as number
  }

  setProfile(id: ResourceId, profile: number): void {
    this.#profile[id] = profile
  }

  /** The labels from the list, as one JSON object; '' for none. */
  labels(id: ResourceId): string {
    return this.#labels.of(id)
  }

  /** Throws a RangeError if the labels are over 65,535 bytes. */
  setLabels(id: ResourceId, labels: string): void {
    this.#labels.set(id, labels)
  }

  /** The verdict of the last poll that came back. */
  verdict(id: ResourceId): Verdict {
    return this.#polled.verdict(id)
  }

  /** Consecutive errors up to the last poll that came back. */
  errCount(id: ResourceId): number {
    return this.#polled.errCount(id)
  }

  /** When the next poll is due, in ms on the monotonic clock. */
  dueAt(id: ResourceId): number {
    return this.#polled.dueAt(id)
  }

  setDueAt(id: ResourceId, dueAt: number): void {
    this.#polled.setDueAt(id, dueAt)
  }

  /** The Resource as an object. */
  read(id: ResourceId): Resource {
    const generation = this.generation(id)
    return { ...this.#polled.read(id), url: this.url(id), generation, profile: this.profile(id) }
  }

  /** Adds the Resource to a batch. */
  pack(id: ResourceId, batch: ResourceBatch): void {
    const packer = this.#polled.pack(id, batch)
    packer.u16(this.generation(id))
    packer.u16(this.profile(id))
    this.#urls.pack(id, packer)
  }

  /** Stores a Resource that comes back from its poller. */
  write(resource: PolledResource): void {
    this.#polled.write(resource)
  }

  #grow(size: number): void {
    // All columns have the same length.
    if (size <= this.#rowState.length) return
    this.#origin = ensureCapacity(this.#origin, size)
    this.#profile = ensureCapacity(this.#profile, size)
    this.#generation = ensureCapacity(this.#generation, size)
    this.#rowState = ensureCapacity(this.#rowState, size)
    this.#labels.grow(size)
    this.#polled.grow(size)
  }
}
