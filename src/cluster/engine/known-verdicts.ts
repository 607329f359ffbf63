import type { Verdict } from '../../resource/resource.ts'
import { countVotes, outcomeOf } from '../../state/zone-vote.ts'
import type { Facts } from '../share/facts.ts'

/** A zone that has not polled a URL so long after it was due, in ms, has not polled it for long: what it knows may be old. */
const LATE_MS = 10_000

/** What one zone knows of each URL of a batch, in their order; null: nothing. */
type KnownFacts = readonly (Facts | null)[]

/** What zones say of the URLs of a batch, in their order: the verdict of each, `pending` for nothing. */
export type ZoneVerdicts = ReadonlyMap<string, readonly Verdict[]>

/** What zones say by what the engine has of them: nothing if it is old. `now`: in the time of the facts. */
export function freshVerdicts(known: ReadonlyMap<string, KnownFacts>, now: number): ZoneVerdicts {
  const verdictOf = (facts: Facts | null) =>
    facts !== null && facts.dueAt + LATE_MS >= now ? facts.verdict : 'pending'
  return new Map([...known].map(([zone, all]) => [zone, all.map(verdictOf)]))
}

/** What is known of each URL, with the verdict of most zones in place of that of its own. */
export function withVerdicts(own: KnownFacts, zones: ZoneVerdicts): KnownFacts {
  const verdicts = [...zones.values()]
  return own.map((facts, n) => {
    const said = verdicts.map((all) => all[n] ?? 'pending')
    if (facts === null || said.every((verdict) => verdict === 'pending')) return facts
    return { ...facts, verdict: outcomeOf(countVotes(said)) }
  })
}
