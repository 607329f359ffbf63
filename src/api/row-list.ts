import { jsonText } from '../print/text/json.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { LatestPolls } from '../state/latest-polls.ts'
import type { StateMap } from '../state/state-map.ts'
import { urlFields } from './url-row.ts'

/** JSON of URLs in one answer, in UTF-16 units: a URL can have 65,535 bytes. */
const MAX_ROWS_LENGTH = 1_000_000

/** URLs in JSON, an object each, up to MAX_ROWS_LENGTH. Those that have left the lists are not added. */
export class RowList {
  readonly rows: string[] = []
  readonly #map: StateMap
  readonly #latest: LatestPolls
  #length = 0

  constructor(map: StateMap, latest: LatestPolls) {
    this.#map = map
    this.#latest = latest
  }

  /** No more rows should be added. */
  get isFull(): boolean {
    return this.#length >= MAX_ROWS_LENGTH
  }

  /** `more`: fields besides those of all rows. */
  add(id: ResourceId, more: object = {}): void {
    if (!this.#map.has(id)) return
    const row = jsonText({ ...urlFields(this.#map, this.#latest, id), ...more })
    this.#length += row.length
    this.rows.push(row)
  }
}
