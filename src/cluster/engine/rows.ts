import type { ResourceId } from '../../resource/resource.ts'
import { textKey } from '../share/text-hash.ts'

/** The Resources of one batch, as main has them in its table. */
export interface BatchRows {
  readonly version: string
  readonly urls: readonly string[]
  /** The key of each URL, by which machines speak of it. */
  readonly keys: readonly string[]
  readonly ids: Uint32Array
  readonly generations: Uint16Array
  readonly indexByKey: ReadonlyMap<string, number>
}

/** Which Resources of this machine the URLs of the plan are. Bounded by the list. */
export class Rows {
  readonly #batches = new Map<string, BatchRows>()
  readonly #places = new Map<number, readonly [batch: string, index: number]>()
  /** The URLs by key, whatever their batch. Null until it is needed: the zones of a cluster nearly always have the same batches. */
  #byKey: Map<string, ResourceId> | null = null

  /** The rows of a batch; undefined: main does not have them yet. */
  of(batch: string): BatchRows | undefined {
    return this.#batches.get(batch)
  }

  /** The batches that main knows. */
  get batches(): ReadonlyMap<string, BatchRows> {
    return this.#batches
  }

  /** The batch of a Resource and its place in it. */
  placeOf(id: ResourceId): readonly [batch: string, index: number] | undefined {
    return this.#places.get(id)
  }

  /** The batch of this zone that a URL is in, and its place there; undefined: it is in none. */
  find(key: string): readonly [rows: BatchRows, index: number] | undefined {
    this.#byKey ??= new Map(
      [...this.#batches.values()].flatMap(({ keys, ids }) =>
        keys.map((one, n) => [one, ids[n] as ResourceId]),
      ),
    )
    const [batch = '', index = 0] = this.#places.get(this.#byKey.get(key) ?? -1) ?? []
    const rows = this.#batches.get(batch)
    return rows === undefined ? undefined : [rows, index]
  }

  /** Main has the URLs of a batch now, in place of those of an earlier version. */
  define(
    batch: string,
    version: string,
    urls: readonly string[],
    ids: Uint32Array,
    generations: Uint16Array,
  ): void {
    this.remove(batch)
    const keys = urls.map(textKey)
    const indexByKey = new Map(keys.map((key, index) => [key, index]))
    this.#batches.set(batch, { version, urls, keys, ids, generations, indexByKey })
    for (const [index, key] of this.#byKey === null ? [] : keys.entries())
      this.#byKey?.set(key, ids[index] as ResourceId)
    for (const [index, id] of ids.entries()) this.#places.set(id, [batch, index])
  }

  /** Forgets a batch. URLs that are in another one by now stay. */
  remove(batch: string): void {
    const { ids = [], keys = [] } = this.#batches.get(batch) ?? {}
    for (const [index, id] of ids.entries())
      if (this.#places.get(id)?.[0] === batch) {
        this.#places.delete(id)
        this.#byKey?.delete(keys[index] as string)
      }
    this.#batches.delete(batch)
  }
}
