import { labelReader, parseLabels } from '../../resource/labels.ts'
import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { Counts } from '../../state/latest-state.ts'
import type { StateMap } from '../../state/state-map.ts'
import { byScore, Candidates } from './candidates.ts'
import type { Candidate } from './candidates.ts'

/** Maximum number of rows in order, of all groups together. Searching finds the others. */
export const MAX_ROWS = 1_000

/** Maximum number of rows of one group. */
const MAX_GROUP_ROWS = 200

/** Maximum number of groups. URLs with further values of the label are in one group. */
const MAX_GROUPS = 500

/** Maximum number of different sets of labels whose names are looked at. */
const MAX_LABEL_SETS = 10_000

/** What the URLs of a group have in common: a value of the label, no such label, or a value beyond MAX_GROUPS. */
export type GroupKey = { readonly value: string } | 'without' | 'others'

/** URLs under one heading, or all of them. */
export interface RowGroup {
  readonly key: GroupKey
  /** How many of its URLs have each verdict. */
  readonly counts: Readonly<Counts>
  /** Its first rows, at least one. */
  readonly ids: readonly ResourceId[]
}

interface OpenGroup {
  readonly key: GroupKey
  readonly counts: Counts
  readonly candidates: Candidates
}

/** Sorts URLs into groups by the value of a label, and finds the first rows of each. `label`: null for one group of all. */
export class RowGroups {
  readonly #label: string | null
  readonly #groups = new Map<string, OpenGroup>()

  constructor(label: string | null) {
    this.#label = label
  }

  /** What gives the group of a URL, until the labels of one change. */
  finder(map: StateMap): (id: ResourceId) => OpenGroup {
    const label = this.#label
    if (label === null) {
      const all = this.#group('', 'without')
      return () => all
    }
    const valueIn = labelReader(label)
    return map.column('labels').mapper((text) => {
      const value = valueIn(text)
      return value === null ? this.#group('', 'without') : this.#group(`=${value}`, { value })
    })
  }

  /** The groups that have rows, in the order of their first ones. */
  ranked(): RowGroup[] {
    const groups = [...this.#groups.values()]
      .map(({ key, counts, candidates }) => ({ key, counts, best: candidates.best }))
      .filter(({ best }) => best.length > 0)
      .toSorted((a, b) => byScore(a.best[0] as Candidate, b.best[0] as Candidate))
    const most = Math.max(1, Math.floor(MAX_ROWS / groups.length))
    return groups.map(({ key, counts, best }) => ({
      key,
      counts,
      ids: best.slice(0, most).map(({ id }) => id),
    }))
  }

  #group(name: string, key: GroupKey): OpenGroup {
    const known = this.#groups.get(name)
    if (known !== undefined) return known
    if (key !== 'others' && this.#groups.size >= MAX_GROUPS) return this.#group('others', 'others')
    const candidates = new Candidates(this.#label === null ? MAX_ROWS : MAX_GROUP_ROWS)
    const group = { key, counts: { up: 0, down: 0, unknown: 0, pending: 0 }, candidates }
    this.#groups.set(name, group)
    return group
  }
}

/** Adds a URL to a group: to what is counted, and if `isListed` to the rows. */
export function addTo(
  { counts, candidates }: OpenGroup,
  { id, score }: Candidate,
  verdict: Verdict,
  isListed: boolean,
): void {
  counts[verdict]++
  if (isListed) candidates.add(id, score)
}

/** Whether any URL of the list has labels. */
export function hasLabels(map: StateMap): boolean {
  return map.column('labels').distinct(MAX_LABEL_SETS).next().done === false
}

/** The names of the labels of the list, sorted. */
export function labelNames(map: StateMap): string[] {
  const names = new Set<string>()
  for (const text of map.column('labels').distinct(MAX_LABEL_SETS))
    for (const name of Object.keys(parseLabels(text))) names.add(name)
  return [...names].toSorted()
}
