import type { Verdict } from '../../resource/resource.ts'
import type { KnownState } from './watched-url.ts'

/** How a member of a group is: `pending` was neither up nor down since the start, `lost` is unknown, and was down before. */
export type Member = Verdict | 'lost'

/** How a URL with this verdict is as a member. `known`: what was known of it before it was unknown. */
export function memberOf(verdict: Verdict, known: KnownState | null): Member {
  if (verdict !== 'unknown') return verdict
  if (known === null) return 'pending'
  return known.verdict === 'down' ? 'lost' : 'unknown'
}
