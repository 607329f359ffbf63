import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { StateMap } from './state-map.ts'

const WORST_FIRST: readonly Verdict[] = ['down', 'unknown', 'pending', 'up']

/**
 * The ids, worst verdict first, then in the order of the list. `up`: include URLs that are up. `changed`: only those that have
 * changed since the last call with `changed`.
 */
export function* worstFirst(
  map: StateMap,
  { up, changed }: { up: boolean; changed: boolean },
): Generator<ResourceId> {
  for (const verdict of WORST_FIRST) {
    if (verdict === 'up' && !up) continue
    for (const id of map.ids()) if (map.verdict(id) === verdict && (!changed || map.takeChanged(id))) yield id
  }
}
