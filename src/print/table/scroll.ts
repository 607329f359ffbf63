import type { ResourceId } from '../../resource/resource.ts'
import type { RowGroup } from './row-groups.ts'

type Line = RowGroup | ResourceId

/** The rows that fit, with the groups that begin among them. */
export interface VisiblePart {
  /** The first line, counting headings. */
  readonly firstLine: number
  /** How many rows are above. */
  readonly first: number
  readonly ids: readonly ResourceId[]
  /** By the index of the row that it is above. */
  readonly headings: ReadonlyMap<number, RowGroup>
  /** The index of the selected row. */
  readonly selected: number
}

/**
 * Scrolls only as far as needed to show the selected row, without empty lines below the last one. `selected`: null for the first row.
 * `fit`: how many lines fit. `before`: the first line of the last frame.
 */
export function visiblePart(
  groups: readonly RowGroup[],
  hasHeadings: boolean,
  selected: ResourceId | null,
  fit: number,
  before: number,
): VisiblePart {
  const lines = groups.flatMap((group): readonly Line[] => (hasHeadings ? [group, ...group.ids] : group.ids))
  const start = hasHeadings ? 1 : 0
  const at = selected === null ? Math.min(start, lines.length) : Math.max(start, lines.indexOf(selected))
  // A heading is seen with its first row.
  const top = at > 0 && fit > 1 && typeof lines[at - 1] === 'object' ? at - 1 : at
  const least = Math.max(0, at - fit + 1)
  const firstLine = Math.max(least, Math.min(before, top, Math.max(least, lines.length - fit)))
  const ids: ResourceId[] = []
  const headings = new Map<number, RowGroup>()
  for (const line of lines.slice(firstLine, firstLine + fit)) {
    if (typeof line === 'object') headings.set(ids.length, line)
    else ids.push(line)
  }
  const isRow = (line: Line) => typeof line !== 'object'
  const first = lines.slice(0, firstLine).filter(isRow).length
  return { firstLine, first, ids, headings, selected: lines.slice(firstLine, at).filter(isRow).length }
}
