import type { Verdict } from '../resource/resource.ts'

/** What zones say of a URL, as votes. `missing`: zones that live and have said nothing yet. */
interface Votes {
  readonly up: number
  readonly down: number
  readonly missing: number
}

/** Counts the verdicts of the zones that live: `pending` stands for none. One that is `unknown` says nothing about the URL, so it is no vote. */
export function countVotes(verdicts: Iterable<Verdict>): Votes {
  let [up, down, missing] = [0, 0, 0]
  for (const verdict of verdicts)
    if (verdict === 'up') up++
    else if (verdict === 'down') down++
    else if (verdict === 'pending') missing++
  return { up, down, missing }
}

/** What a URL is by these votes: down if most say so. If as many say that it is up, it is up. */
export function outcomeOf({ up, down }: Pick<Votes, 'up' | 'down'>): 'up' | 'down' | 'unknown' {
  if (down > up) return 'down'
  return up > 0 ? 'up' : 'unknown'
}

/** Whether the outcome stays what it is, whatever the missing zones will say. */
export function isDecided({ up, down, missing }: Votes): boolean {
  return missing === 0 || down > up + missing || (up > 0 && up >= down + missing)
}
