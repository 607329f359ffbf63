import type { ResourceBatch } from './batch.ts'
import { grown } from './grown.ts'
import { Interner } from './interner.ts'
import { MAX_TEXT } from './pack.ts'
import { VERDICTS } from './resource.ts'
import type { Polled, Resource, ResourceId, Url, Verdict } from './resource.ts'

/**
 * The Resources of one list, packed: a row each in typed arrays and the URLs in one byte store, so that a million of
 * them cost about 120 bytes each and nothing for the garbage collector to walk. The rows of Resources that were lent
 * keep what was last known of them. Bounded by the list.
 */
export class ResourceTable {
  readonly #urls = new Interner()
  readonly #origins = new Interner()
  #origin = new Uint32Array(64)
  #dueAt = new Float64Array(64)
  #notBefore = new Float64Array(64)
  #headRefusedUntil = new Float64Array(64)
  #errCount = new Uint32Array(64)
  #verdict = new Uint8Array(64)
  #generation = new Uint16Array(64)
  #profile = new Uint16Array(64)

  /** How many Resources there are. Their ids are 0 to size - 1. */
  get size(): number {
    return this.#urls.size
  }

  /** How many origins they have. */
  get origins(): number {
    return this.#origins.size
  }

  /** Makes the Resource of `url`; null when it has one already. Throws on one too long to be packed whole. */
  add(url: Url): ResourceId | null {
    if (url.length > MAX_TEXT) throw new RangeError(`a URL of ${url.length} characters`)
    const before = this.size
    const id = this.#urls.intern(url)
    if (id < before) return null
    const size = this.size
    this.#origin = grown(this.#origin, size)
    this.#dueAt = grown(this.#dueAt, size)
    this.#notBefore = grown(this.#notBefore, size)
    this.#headRefusedUntil = grown(this.#headRefusedUntil, size)
    this.#errCount = grown(this.#errCount, size)
    this.#verdict = grown(this.#verdict, size)
    this.#generation = grown(this.#generation, size)
    this.#profile = grown(this.#profile, size)
    this.#origin[id] = this.#origins.intern(originOf(url))
    return id as ResourceId
  }

  /** All ids, in the order of the list. */
  *ids(): Generator<ResourceId> {
    for (let id = 0; id < this.size; id++) yield id as ResourceId
  }

  url(id: ResourceId): Url {
    return this.#urls.text(id) as Url
  }

  /** The number of its origin, from 0 in order of arrival. */
  origin(id: ResourceId): number {
    return this.#origin[id] as number
  }

  /** What its list says of it for people and pipelines, as one JSON object; '' for nothing. */
  labels(_id: ResourceId): string {
    return ''
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
    )
    packer.u16(this.#generation[id] as number)
    packer.u16(this.#profile[id] as number)
    this.#urls.pack(id, packer)
  }

  /** Takes over what `resource` says of itself. */
  write(resource: Polled): void {
    const { id } = resource
    this.#dueAt[id] = resource.dueAt
    this.#errCount[id] = resource.errCount
    this.#verdict[id] = VERDICTS.indexOf(resource.verdict)
    this.#notBefore[id] = resource.notBefore
    this.#headRefusedUntil[id] = resource.headRefusedUntil
  }
}

/** Scheme, host and port of a normalised URL, without its credentials. */
function originOf(url: Url): string {
  const hostAt = url.indexOf('//') + 2
  const end = url.slice(hostAt).search(/[/?]/)
  const authority = end < 0 ? url.slice(hostAt) : url.slice(hostAt, hostAt + end)
  return url.slice(0, hostAt) + authority.slice(authority.lastIndexOf('@') + 1)
}
