import { VERDICTS } from '../../../src/resource/resource.ts'
import type { Verdict } from './answers.ts'

/** Stands for an id that no URL has. */
const NO_URL = 255

/** URLs with the same value of a label, or all that have none. */
export interface WallGroup {
  /** Null: the URLs without the label. */
  readonly name: string | null
  /** Their ids, in the order of the list. */
  readonly ids: Uint32Array
  readonly down: number
  readonly unknown: number
}

interface WallHead {
  readonly position: string
  readonly ids: number
  readonly by: string | null
  readonly labels: readonly string[]
  readonly groups: readonly (string | null)[]
}

/** The verdict of every URL, and its group: what `/api/v1/wall` answers, kept up to date by events. */
export class WallModel {
  /** Where events have to go on. */
  readonly position: string
  /** The label whose values are the groups; null: there is one group. */
  readonly by: string | null
  /** The labels that could be it. */
  readonly labels: readonly string[]
  /** How many URLs there are. */
  readonly size: number
  readonly #verdicts: Uint8Array
  readonly #groupOf: Uint8Array
  /** By their numbers in `#groupOf`. */
  readonly #groups: { readonly name: string | null; readonly ids: Uint32Array; readonly counts: number[] }[]
  /** Its place among the ids of its group, for each id. */
  readonly #indexOf: Uint32Array
  /** The numbers of the groups that have URLs, in the order in which they are shown. */
  readonly #order: readonly number[]
  /** By the code of the verdict. */
  readonly #counts = [0, 0, 0, 0]

  constructor(answer: ArrayBuffer) {
    const length = new DataView(answer).getUint32(0, true)
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(answer, 4, length))) as WallHead
    const packed = new Uint8Array(answer, 4 + length, Math.ceil(head.ids / 4))
    this.#groupOf = new Uint8Array(answer, 4 + length + packed.length, head.ids)
    // A million ids: plain loops are ten times as fast as iterators here.
    this.#verdicts = new Uint8Array(head.ids)
    for (let id = 0; id < head.ids; id++) this.#verdicts[id] = ((packed[id >> 2] ?? 0) >> ((id & 3) * 2)) & 3
    this.position = head.position
    this.by = head.by
    this.labels = head.labels
    const sizes = new Uint32Array(256)
    for (let id = 0; id < head.ids; id++) {
      const n = this.#groupOf[id] ?? NO_URL
      sizes[n] = (sizes[n] ?? 0) + 1
    }
    this.size = head.ids - (sizes[NO_URL] ?? 0)
    const groups = head.groups.map((name, n) => ({
      name,
      ids: new Uint32Array(sizes[n] ?? 0),
      counts: [0, 0, 0, 0],
    }))
    const filled = new Uint32Array(256)
    this.#indexOf = new Uint32Array(head.ids)
    for (let id = 0; id < head.ids; id++) {
      const n = this.#groupOf[id] ?? NO_URL
      const group = groups[n]
      if (group === undefined) continue
      const at = filled[n] ?? 0
      group.ids[at] = id
      this.#indexOf[id] = at
      filled[n] = at + 1
      const code = this.#verdicts[id] ?? 0
      group.counts[code] = (group.counts[code] ?? 0) + 1
      this.#counts[code] = (this.#counts[code] ?? 0) + 1
    }
    this.#groups = groups
    const order = [...groups.keys()].filter((n) => (sizes[n] ?? 0) > 0)
    this.#order = order[0] === 0 ? [...order.slice(1), 0] : order
  }

  /** The groups that have URLs; those without the label come last. */
  get groups(): readonly WallGroup[] {
    return this.#order.flatMap((n) => {
      const group = this.#groups[n]
      if (group === undefined) return []
      const { name, ids, counts } = group
      return [{ name, ids, down: counts[2] ?? 0, unknown: counts[3] ?? 0 }]
    })
  }

  /** Where a URL is: the number of its group in `groups`, and its place in it. */
  placeOf(id: number): { readonly group: number; readonly index: number } {
    return { group: this.#order.indexOf(this.#groupOf[id] ?? NO_URL), index: this.#indexOf[id] ?? 0 }
  }

  /** How many URLs have each verdict. */
  get counts(): Readonly<Record<Verdict, number>> {
    const [pending = 0, up = 0, down = 0, unknown = 0] = this.#counts
    return { pending, up, down, unknown }
  }

  verdict(id: number): Verdict {
    return VERDICTS[this.code(id)] ?? 'pending'
  }

  /** The place of the verdict in VERDICTS. */
  code(id: number): number {
    return this.#verdicts[id] ?? 0
  }

  /** Whether a URL had this id when the wall was made. */
  has(id: number): boolean {
    return (this.#groupOf[id] ?? NO_URL) !== NO_URL
  }

  /** Sets verdicts by their codes. Returns how many have changed; null if a URL is new, so that the wall has to be made again. */
  apply(ids: Uint32Array, codes: Uint8Array): number | null {
    let changed = 0
    for (const [n, id] of ids.entries()) {
      const group = this.#groups[this.#groupOf[id] ?? NO_URL]
      if (group === undefined) return null
      const [before, after] = [this.#verdicts[id] ?? 0, codes[n] ?? 0]
      if (before === after) continue
      changed++
      this.#verdicts[id] = after
      for (const counts of [this.#counts, group.counts]) {
        counts[before] = (counts[before] ?? 0) - 1
        counts[after] = (counts[after] ?? 0) + 1
      }
    }
    return changed
  }
}

/** Reads the ids of an event and the codes of their verdicts: see `docs/api.md`. */
export function decodeIds(base64: string): { readonly ids: Uint32Array; readonly codes: Uint8Array } {
  const bytes = atob(base64)
  const ids: number[] = []
  const codes: number[] = []
  let last = -1
  let code = 0
  let factor = 1
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes.charCodeAt(at)
    code += (byte & 0x7f) * factor
    factor *= 0x80
    if (byte >= 0x80) continue
    last += Math.floor(code / 4)
    ids.push(last)
    codes.push(code % 4)
    code = 0
    factor = 1
  }
  return { ids: Uint32Array.from(ids), codes: Uint8Array.from(codes) }
}
