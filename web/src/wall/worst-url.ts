import type { WallModel } from '../server/wall-model.ts'
import type { WallLayout } from './layout.ts'
import type { Cell } from './walk.ts'

const WORST_FIRST = ['down', 'unknown', 'pending', 'up'] as const

/** The URL of a square, or the worst one of those it stands for. */
export function worstOf(model: WallModel, { perCell }: WallLayout, { group, index }: Cell): number | null {
  const ids = model.groups[group]?.ids.subarray(index * perCell, (index + 1) * perCell) ?? new Uint32Array()
  for (const verdict of WORST_FIRST) {
    const id = ids.find((one) => model.verdict(one) === verdict)
    if (id !== undefined) return id
  }
  return null
}
