import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { StateMap } from './state-map.ts'
import { unpackZones } from './zone-batch.ts'
import { countVotes, outcomeOf } from './zone-vote.ts'

/**
 * Puts what zones say, packed by a ZoneBatch, into the map. `names`: those that live. Returns the URLs of which the map had the verdict of
 * one zone only, since the monitor has just started, and now has that of most of them.
 */
export function takeZones(
  map: StateMap,
  names: readonly string[],
  batch: ArrayBuffer,
): (readonly [id: ResourceId, verdict: Verdict])[] {
  const { zones } = map
  const unpolled = new Set<ResourceId>()
  zones.setLive(names)
  unpackZones(batch, (id, generation, zone, poll) => {
    if (!map.isCurrent(id, generation)) return
    zones.set(names[zone] as string, id, generation, poll)
    if (map.verdict(id) !== 'pending' && map.reason(id) === null) unpolled.add(id)
  })
  return [...unpolled].flatMap((id) => {
    const votes = countVotes(names.map((name) => zones.verdict(name, id)))
    const verdict = outcomeOf(votes)
    if (votes.missing > 0 || verdict === map.verdict(id)) return []
    map.correct(id, verdict)
    return [[id, verdict] as const]
  })
}
