import type { WallLayout } from './layout.ts'

/** A square: the number of its group, and its place in it. */
export interface Cell {
  readonly group: number
  readonly index: number
}

/** The square at a point of a group, in CSS pixels from its corner; null if there is none. */
export function cellAt(group: number, x: number, y: number, { groups, pitch }: WallLayout): Cell | null {
  const place = groups[group]
  if (place === undefined) return null
  const [column, row] = [Math.floor(x / pitch), Math.floor(y / pitch)]
  const index = column * place.rows + row
  const isInside = column >= 0 && row >= 0 && row < place.rows && index < place.cells
  return isInside ? { group, index } : null
}

/** The square that a key leads to; null if the key does not walk. At its end a group leads into the next one. */
export function placeBeside({ group, index }: Cell, key: string, { groups }: WallLayout): Cell | null {
  const place = groups[group]
  if (place === undefined) return null
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    ArrowRight: place.rows,
    ArrowLeft: -place.rows,
  }
  if (key === 'Home') return { group, index: 0 }
  if (key === 'End') return { group, index: place.cells - 1 }
  const step = steps[key]
  if (step === undefined) return null
  const to = index + step
  if (to >= 0 && to < place.cells) return { group, index: to }
  // From the last but one column there may be no square to the right, but a last column.
  const isBeforeLast = Math.floor(index / place.rows) < place.columns - 1
  if (to >= place.cells && isBeforeLast) return { group, index: place.cells - 1 }
  const [before, after] = [groups[group - 1], groups[group + 1]]
  if (to < 0) return before === undefined ? { group, index } : { group: group - 1, index: before.cells - 1 }
  return after === undefined ? { group, index } : { group: group + 1, index: 0 }
}
