import type { ResourceBatch } from './resource-batch.ts'
import { RefCounted } from './ref-counted.ts'
import { ensureCapacity } from './ensure-capacity.ts'
import { Interner } from './interner.ts'
import { VERDICTS } from './resource.ts'
import { DisplayNames } from './display-names.ts'
import type { PolledResource, Resource, ResourceId, Url, Verdict } from './resource.ts'

/** What a row is: nobody's, that of a Resource on the list, or of one that has left it and that somebody still holds. */
const FREE = 0
const LISTED = 1
const LEAVING = 2

/**
 * The Resources of one list, packed: a row each in typed arrays and the URLs in one byte store, so that a million of
 * them cost about 120 bytes each and nothing for the garbage collector to walk. The rows of Resources that were lent
 * keep what was last known of them. Bounded by the list: the rows of those that have left it go to new ones.
 */
export class ResourceTable {
  readonly #urls = new Interner()
  readonly #displayNames = new DisplayNames()
  readonly #origins = new RefCounted()
  readonly #labelTexts = new RefCounted()
  #origin = new Uint32Array(64)
  /** The number of its labels, + 1; 0 for none. */
  #labels = new Uint32Array(64)
  #profile = new Uint16Array(64)
  #generation = new Uint16Array(64)
  #dueAt = new Float64Array(64)
  #notBefore = new Float64Array(64)
  #headRefusedUntil = new Float64Array(64)
  #refusedStatus = new Uint16Array(64)
  #errCount = new Uint32Array(64)
  #verdict = new Uint8Array(64)
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

  /** How many of them have left the list, and go when nobody holds them. */
  get leaving(): number {
    return this.#leaving
  }

  /** How many origins they have. */
  get origins(): number {
    return this.#origins.size
  }

  /** The numbers of all origins are below this. */
  get originLimit(): number {
    return this.#origins.limit
  }

  /** Makes the Resource of `url`; null when it has one already. Throws a RangeError on one of over 65,535 bytes. */
  add(url: Url): ResourceId | null {
    const before = this.size
    const id = this.#urls.intern(url)
    if (this.size === before) return null
    this.#ensureCapacity(id + 1)
    // The rest of the row is zeros: what is not written costs no memory (see `ensureCapacity`).
    this.#rowState[id] = LISTED
    this.#origin[id] = this.#origins.acquire(originOf(url))
    this.#displayNames.add(id as ResourceId, url, (other) => this.find(other) !== null)
    return id as ResourceId
  }

  /** Forgets a Resource, whose id the next new one may get. Throws when there is none. */
  remove(id: ResourceId): void {
    this.#displayNames.remove(id, this.url(id))
    this.#urls.remove(id)
    this.setLabels(id, '')
    this.setLeaving(id, false)
    this.#rowState[id] = FREE
    this.#dueAt[id] = 0
    this.#notBefore[id] = 0
    this.#headRefusedUntil[id] = 0
    this.#refusedStatus[id] = 0
    this.#errCount[id] = 0
    this.#verdict[id] = 0
    this.#profile[id] = 0
    this.#generation[id] = this.generation(id) + 1
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

  /** All ids, those of a list that has not changed in its order. */
  *ids(): Generator<ResourceId> {
    for (let id = 0; id < this.limit; id++) if (this.has(id)) yield id
  }

  /** The ids of those that are on the list. */
  *listed(): Generator<ResourceId> {
    for (const id of this.ids()) if (!this.isLeaving(id)) yield id
  }

  /** Whether it has left the list. */
  isLeaving(id: ResourceId): boolean {
    return this.#rowState[id] === LEAVING
  }

  /** It has left the list, or is on it again. */
  setLeaving(id: ResourceId, leaving: boolean): void {
    if (this.isLeaving(id) !== leaving) this.#leaving += leaving ? 1 : -1
    this.#rowState[id] = leaving ? LEAVING : LISTED
  }

  url(id: ResourceId): Url {
    return this.#urls.text(id) as Url
  }

  /** What it is called where it is printed: no credentials, and no other URL has the same name. */
  displayName(id: ResourceId): string {
    return this.#displayNames.of(id, this.url(id))
  }

  /** The number of its origin, the lowest ones, in order of arrival. */
  origin(id: ResourceId): number {
    return this.#origin[id] as number
  }

  /** How often its id was another URL's before; wraps at 65,536. */
  generation(id: ResourceId): number {
    return this.#generation[id] as number
  }

  /** The number of what its list says of how to poll it; 0 for nothing. */
  profile(id: ResourceId): number {
    return this.#profile[id] as number
  }

  setProfile(id: ResourceId, profile: number): void {
    this.#profile[id] = profile
  }

  /** What its list says of it for people and pipelines, as one JSON object; '' for nothing. */
  labels(id: ResourceId): string {
    const labels = this.#labels[id] as number
    return labels === 0 ? '' : this.#labelTexts.text(labels - 1)
  }

  /** Throws a RangeError on labels of over 65,535 bytes. */
  setLabels(id: ResourceId, labels: string): void {
    const before = this.#labels[id] as number
    this.#labels[id] = labels === '' ? 0 : this.#labelTexts.acquire(labels) + 1
    if (before !== 0) this.#labelTexts.release(before - 1)
  }

  /** What its last poll said, as far as main knows. */
  verdict(id: ResourceId): Verdict {
    return VERDICTS[this.#verdict[id] as number] as Verdict
  }

  /** Its consecutive errors, as far as main knows. */
  errCount(id: ResourceId): number {
    return this.#errCount[id] as number
  }

  /** When it is due next, in ms on the monotonic clock. */
  dueAt(id: ResourceId): number {
    return this.#dueAt[id] as number
  }

  setDueAt(id: ResourceId, dueAt: number): void {
    this.#dueAt[id] = dueAt
  }

  /** The Resource as an object of its own. */
  read(id: ResourceId): Resource {
    return {
      id,
      url: this.url(id),
      dueAt: this.#dueAt[id] as number,
      errCount: this.#errCount[id] as number,
      verdict: this.verdict(id),
      notBefore: this.#notBefore[id] as number,
      headRefusedUntil: this.#headRefusedUntil[id] as number,
      refusedStatus: this.#refusedStatus[id] as number,
      generation: this.#generation[id] as number,
      profile: this.#profile[id] as number,
    }
  }

  /** Puts the Resource into a batch. */
  pack(id: ResourceId, batch: ResourceBatch): void {
    const packer = batch.addRow(
      id,
      this.#dueAt[id] as number,
      this.#errCount[id] as number,
      this.#verdict[id] as number,
      this.#notBefore[id] as number,
      this.#headRefusedUntil[id] as number,
      this.#refusedStatus[id] as number,
    )
    packer.u16(this.#generation[id] as number)
    packer.u16(this.#profile[id] as number)
    this.#urls.pack(id, packer)
  }

  /** Takes over what `resource` says of itself. */
  write(resource: PolledResource): void {
    const { id } = resource
    this.#dueAt[id] = resource.dueAt
    this.#verdict[id] = VERDICTS.indexOf(resource.verdict)
    if (this.#errCount[id] !== resource.errCount) this.#errCount[id] = resource.errCount
    if (this.#notBefore[id] !== resource.notBefore) this.#notBefore[id] = resource.notBefore
    if (this.#headRefusedUntil[id] !== resource.headRefusedUntil)
      this.#headRefusedUntil[id] = resource.headRefusedUntil
    if (this.#refusedStatus[id] !== resource.refusedStatus) this.#refusedStatus[id] = resource.refusedStatus
  }

  #ensureCapacity(size: number): void {
    this.#origin = ensureCapacity(this.#origin, size)
    this.#labels = ensureCapacity(this.#labels, size)
    this.#profile = ensureCapacity(this.#profile, size)
    this.#generation = ensureCapacity(this.#generation, size)
    this.#dueAt = ensureCapacity(this.#dueAt, size)
    this.#notBefore = ensureCapacity(this.#notBefore, size)
    this.#headRefusedUntil = ensureCapacity(this.#headRefusedUntil, size)
    this.#refusedStatus = ensureCapacity(this.#refusedStatus, size)
    this.#errCount = ensureCapacity(this.#errCount, size)
    this.#verdict = ensureCapacity(this.#verdict, size)
    this.#rowState = ensureCapacity(this.#rowState, size)
  }
}

/** Scheme, host and port of a normalised URL, without its credentials. */
function originOf(url: Url): string {
  const hostAt = url.indexOf('//') + 2
  const end = url.slice(hostAt).search(/[/?]/)
  const authority = end < 0 ? url.slice(hostAt) : url.slice(hostAt, hostAt + end)
  return url.slice(0, hostAt) + authority.slice(authority.lastIndexOf('@') + 1)
}
