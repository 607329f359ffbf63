import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import type { ResourceId, Verdict } from '../../resource/resource.ts'
import { countVotes, isDecided, outcomeOf } from '../../state/zone-vote.ts'
import { ZoneStates } from '../../state/zone-states.ts'
import type { ZonePoll, ZoneState } from '../../state/zone-states.ts'

/** What a URL was last shown as: its place here, plus 1; 0 for nothing. */
const SHOWN = ['up', 'down', 'unknown'] as const

/** After so many polls of each zone, on the average, none of which was shown, another zone is. */
const MAX_UNSHOWN = 3

/**
 * Decides which polls of several zones are shown: those of one zone that agrees with most of them. Whatever sees them, such as alerts and
 * the history, sees one poll for each slot, and a verdict that turns when the vote does. Bounded by the list.
 */
export class ZoneVotes {
  readonly states = new ZoneStates()
  #shown = new Uint8Array(64)
  /** The number of the zone whose polls of an id are shown. */
  #speaker = new Uint16Array(64)
  /** Each name that was heard, by its number. */
  readonly #numbers: string[] = []
  /** How many polls of other zones there were since the last one that was shown. */
  #unshown = new Uint8Array(64)

  /** A zone has polled a URL. Returns whether this poll is shown. */
  take(zone: string, id: ResourceId, generation: number, poll: ZonePoll): boolean {
    const { states } = this
    this.#begin(id, generation)
    const isFirst = states.verdict(zone, id) === 'pending'
    states.set(zone, id, generation, poll)
    const votes = countVotes(states.names.map((name) => states.verdict(name, id)))
    const outcome = outcomeOf(votes)
    // Other zones may still say otherwise. When this one polls again, they had their slot too.
    if (poll.verdict !== outcome || (isFirst && !isDecided(votes))) return false
    const code = SHOWN.indexOf(outcome) + 1
    const speaker = this.#numbers[this.#speaker[id] as number] as string
    const agrees = this.#shown[id] === code && states.verdict(speaker, id) === outcome
    // One that lives may poll this URL no more.
    const isSilent = (this.#unshown[id] as number) >= Math.min(MAX_UNSHOWN * states.names.length, 255)
    if (agrees && speaker !== zone && !isSilent) {
      this.#unshown[id] = (this.#unshown[id] as number) + 1
      return false
    }
    this.#shown[id] = code
    this.#unshown[id] = 0
    this.#speaker[id] = this.#numberOf(zone)
    return true
  }

  /** What a zone has said of a URL before this machine could hear it. It counts until the zone polls the URL again. Null: it has. */
  seed(zone: string, id: ResourceId, generation: number, verdict: Verdict): ZoneState | null {
    this.#begin(id, generation)
    if (this.states.verdict(zone, id) !== 'pending') return null
    const poll = { verdict, reason: null, status: 0, durationMs: 0, at: 0 }
    this.states.set(zone, id, generation, poll)
    return { zone, ...poll }
  }

  /** Another URL may have had the id before. */
  #begin(id: ResourceId, generation: number): void {
    this.#shown = ensureCapacity(this.#shown, id + 1)
    this.#speaker = ensureCapacity(this.#speaker, id + 1)
    this.#unshown = ensureCapacity(this.#unshown, id + 1)
    if (this.states.knows(id, generation)) return
    this.states.forget(id)
    this.#shown[id] = 0
    this.#unshown[id] = 0
  }

  #numberOf(zone: string): number {
    const known = this.#numbers.indexOf(zone)
    return known < 0 ? this.#numbers.push(zone) - 1 : known
  }
}
