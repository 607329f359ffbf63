import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { TextPattern } from '../resource/text-pattern.ts'
import { MAX_TEXT_BYTES, TextStore, writeText } from '../resource/text-store.ts'

/** The URL of each id, without credentials: two Resources that differ only in these have the same text. Bounded by the list. */
export class UrlColumn {
  readonly #texts = new TextStore()
  readonly #scratch = Buffer.alloc(MAX_TEXT_BYTES)
  #places = new Uint32Array(64)

  /** Makes room for `size` ids. */
  ensureCapacity(size: number): void {
    this.#places = ensureCapacity(this.#places, size)
  }

  /** Sets the URL of an id that has none. */
  set(id: ResourceId, url: string): void {
    this.#places[id] = this.#texts.put(this.#scratch, writeText(url, this.#scratch))
  }

  /** The id has no URL any more. */
  free(id: ResourceId): void {
    this.#texts.free(this.#places[id] as number)
  }

  /** The URL of an id. */
  get(id: ResourceId): string {
    return this.#texts.text(this.#places[id] as number)
  }

  /** Whether the URL of an id has this text in it. */
  includes(id: ResourceId, pattern: TextPattern): boolean {
    return this.#texts.includes(this.#places[id] as number, pattern)
  }

  /** Whether this is the URL of an id, given as UTF-8. */
  equals(id: ResourceId, url: Uint8Array): boolean {
    return this.#texts.equal(this.#places[id] as number, url, url.length)
  }
}
