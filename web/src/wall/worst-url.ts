import type { WallModel } from '../server/wall-model.ts'
import type { WallLayout } from './layout.ts'
import type { Cell } from './walk.ts'

/** Verdicts by their codes, from what is seen least to what has to be seen. */
const RANKS = [1, 0, 3, 2]

/** The worst URL of those that a square of a group stands for: the first of them. `ids`: those of the group. */
export function worstId(model: WallModel, ids: Uint32Array, index: number, perCell: number): number {
  const end = Math.min(ids.length, (index + 1) * perCell)
  let worst = ids[index * perCell] ?? 0
  for (let at = index * perCell + 1; at < end; at++) {
    const id = ids[at] ?? 0
    if ((RANKS[model.code(id)] ?? 0) > (RANKS[model.code(worst)] ?? 0)) worst = id
  }
  return worst
}

/** The URL of a square, or the worst one of those it stands for. */
export function worstOf(model: WallModel, { perCell }: WallLayout, { group, index }: Cell): number | null {
  const ids = model.groups[group]?.ids
  return ids === undefined || index * perCell >= ids.length ? null : worstId(model, ids, index, perCell)
}
