import type { Verdict } from '../../resource/resource.ts'
import type { KnownState } from './watched-url.ts'

/** How a member of a group is: `pending` was neither up nor down since the start, `lost` is unknown, and was down before. */
export type Member = Verdict | 'lost'

/** How many members of a group are where. */
export interface MemberCounts {
  listed: number
  pending: number
  /** Up or down. */
  known: number
  down: number
  lost: number
}

/** How a URL with this verdict is as a member. `known`: what was known of it before it was unknown. */
export function memberOf(verdict: Verdict, known: KnownState | null): Member {
  if (verdict !== 'unknown') return verdict
  if (known === null) return 'pending'
  return known.verdict === 'down' ? 'lost' : 'unknown'
}

/** Counts a member in, or with `by` -1 out. */
export function countMember(counts: MemberCounts, member: Member, by: 1 | -1): void {
  if (member === 'pending') counts.pending += by
  if (member === 'up' || member === 'down') counts.known += by
  if (member === 'down') counts.down += by
  if (member === 'lost') counts.lost += by
}
