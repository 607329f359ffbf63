import { parseLabels } from '../resource/labels.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { StateMap } from '../state/state-map.ts'
import { remembered } from './remembered.ts'

/** Ids that are looked at between two looks at the clock. */
const IDS_PER_CLOCK_CHECK = 2_048

/** Ids in one answer. */
const MAX_PART_IDS = 32_768

/** Names of labels that are counted; there may be more. */
const MAX_NAMES = 32

/** A label with more values than this makes no groups that a person can take in. */
export const MAX_VALUES = 48

/** Stands for an id that no URL has. */
export const NO_URL = 255

/** Which values a label has, and how many URLs each. */
export interface LabelValues {
  readonly name: string
  /** In the order of the list; at most MAX_VALUES. */
  readonly values: readonly (readonly [value: string, urls: number])[]
  /** There are more values. */
  readonly isCut: boolean
}

/** The labels of the URLs of some ids. */
export interface WallLabels {
  readonly labels: readonly LabelValues[]
  /** URLs of these ids. */
  readonly urls: number
  /** Where the next part begins; null: this was the last one. */
  readonly next: number | null
}

/** Verdicts and groups of the URLs of some ids. */
export interface WallPart {
  /** The index in VERDICTS for each id, or NO_URL. */
  readonly verdicts: Uint8Array<ArrayBuffer>
  /** For each id 0, or one more than the index in `values`. */
  readonly groups: Uint16Array<ArrayBuffer>
  readonly values: readonly string[]
  readonly next: number | null
}

/** Counts the values of labels, of ids from `from` on, until `isOver` returns true, which is called from time to time. */
export function wallLabels(map: StateMap, from: number, isOver: () => boolean): WallLabels {
  /** Many URLs have the same labels, one after the other. */
  const texts = new Map<string, number>()
  let urls = 0
  const to = visit(map, from, map.limit, isOver, (id) => {
    urls++
    const text = map.labels(id)
    if (text !== '') texts.set(text, (texts.get(text) ?? 0) + 1)
  })
  const labels = new Map<string, { readonly values: Map<string, number>; isCut: boolean }>()
  for (const [text, count] of texts)
    for (const [name, value] of Object.entries(parseLabels(text))) {
      let label = labels.get(name)
      if (label === undefined) {
        if (labels.size >= MAX_NAMES) continue
        label = { values: new Map(), isCut: false }
        labels.set(name, label)
      }
      const before = label.values.get(value)
      if (before === undefined && label.values.size >= MAX_VALUES) label.isCut = true
      else label.values.set(value, (before ?? 0) + count)
    }
  const rows = [...labels].map(([name, { values, isCut }]) => ({ name, values: [...values], isCut }))
  return { labels: rows, urls, next: to < map.limit ? to : null }
}

/** The verdicts and groups of ids from `from` on, until `isOver` returns true, which is called from time to time. */
export function wallPart(map: StateMap, by: string | null, from: number, isOver: () => boolean): WallPart {
  const end = Math.min(map.limit, from + MAX_PART_IDS)
  const verdicts = new Uint8Array(Math.max(0, end - from)).fill(NO_URL)
  const groups = new Uint16Array(verdicts.length)
  const values: string[] = []
  const groupOf = by === null ? () => 0 : groupsBy(by, values)
  const to = visit(map, from, end, isOver, (id) => {
    verdicts[id - from] = VERDICTS.indexOf(map.verdict(id))
    groups[id - from] = groupOf(map.labels(id))
  })
  const [length, next] = [Math.max(0, to - from), to < map.limit ? to : null]
  return { verdicts: verdicts.slice(0, length), groups: groups.slice(0, length), values, next }
}

function groupsBy(by: string, values: string[]): (labels: string) => number {
  return remembered((labels) => {
    const parsed = parseLabels(labels)
    const value = Object.hasOwn(parsed, by) ? parsed[by] : undefined
    if (value === undefined) return 0
    const at = values.indexOf(value)
    return at === -1 && values.length < MAX_VALUES ? values.push(value) : at + 1
  })
}

/** Calls `each` with ids from `from` up to `to` that a URL has. Returns the id after the last one that was looked at. */
function visit(
  map: StateMap,
  from: number,
  to: number,
  isOver: () => boolean,
  each: (id: ResourceId) => void,
): number {
  let id = from
  do {
    const end = Math.min(to, id + IDS_PER_CLOCK_CHECK)
    for (; id < end; id++) if (map.has(id)) each(id)
  } while (id < to && !isOver())
  return id
}
