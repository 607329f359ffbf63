import type { ConfigProblem } from './config.ts'
import type { TreeProblem } from './tree.ts'

/** Problems in the order of the file, with their places. `placeOf`: `FILE:LINE:COLUMN` of an offset. */
export function placeProblems(
  found: readonly TreeProblem[],
  placeOf: (offset: number) => string,
): ConfigProblem[] {
  // A problem in an anchor, or of a value that is read twice, is found again, and reported once.
  const distinct = new Map(found.map(({ offset, why }) => [`${offset} ${why}`, { offset, why }]))
  return [...distinct.values()]
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, why }) => ({ position: placeOf(offset), why }))
}
