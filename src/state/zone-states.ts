import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import { reasonByte, reasonOfByte } from './reason-byte.ts'
import type { Reason } from './reasons.ts'

/** What the last poll of a URL in one zone found. */
export interface ZonePoll {
  readonly verdict: Verdict
  /** Null: only the verdict is known. */
  readonly reason: Reason | null
  /** 0: there is none. */
  readonly status: number
  /** In ms; 0 if only the verdict is known. */
  readonly durationMs: number
  /** When it ended, in ms since the epoch; 0 if only the verdict is known. */
  readonly at: number
}

/** What a zone says of a URL. */
export interface ZoneState extends ZonePoll {
  /** '': that without a name. */
  readonly zone: string
}

const NOTHING: readonly ZoneState[] = []

/** What one zone says of each id. */
class ZoneColumns {
  /** Indexes in VERDICTS, of which the first is `pending`: nothing. */
  verdict = new Uint8Array(64)
  reason = new Uint8Array(64)
  status = new Uint16Array(64)
  durationMs = new Float32Array(64)
  at = new Float64Array(64)

  makeRoom(size: number): void {
    if (size <= this.at.length) return
    this.verdict = ensureCapacity(this.verdict, size)
    this.reason = ensureCapacity(this.reason, size)
    this.status = ensureCapacity(this.status, size)
    this.durationMs = ensureCapacity(this.durationMs, size)
    this.at = ensureCapacity(this.at, size)
  }
}

/** What each zone of a cluster says of each URL. Bounded by the list, for each zone that lives. */
export class ZoneStates {
  /** In the order of their names. */
  #zones = new Map<string, ZoneColumns>()
  /** The generation of the id, plus 1; 0 if no zone has said anything of it. */
  #generation = new Uint32Array(64)

  /** The zones that live, in the order of their names. */
  get names(): readonly string[] {
    return [...this.#zones.keys()]
  }

  /** These zones live. What others have said is forgotten. */
  setLive(names: readonly string[]): void {
    const before = this.#zones
    if (names.length === before.size && names.every((name) => before.has(name))) return
    this.#zones = new Map(names.toSorted().map((name) => [name, before.get(name) ?? new ZoneColumns()]))
  }

  /** Sets what a zone says. If it does not live, nothing is done. */
  set(zone: string, id: ResourceId, generation: number, poll: ZonePoll): void {
    const columns = this.#zones.get(zone)
    if (columns === undefined) return
    if (!this.knows(id, generation)) this.#begin(id, generation)
    columns.makeRoom(id + 1)
    columns.verdict[id] = VERDICTS.indexOf(poll.verdict)
    columns.reason[id] = reasonByte(poll.reason)
    columns.status[id] = poll.status
    columns.durationMs[id] = poll.durationMs
    columns.at[id] = poll.at
  }

  /** Whether a zone has said something of the URL that has this id in this generation. */
  knows(id: ResourceId, generation: number): boolean {
    return this.#generation[id] === generation + 1
  }

  /** What a zone says of the URL that has this id; `pending` if it has said nothing. */
  verdict(zone: string, id: ResourceId): Verdict {
    return VERDICTS[this.#zones.get(zone)?.verdict[id] ?? 0] as Verdict
  }

  /** What each zone says that has said something, in the order of their names. */
  of(id: ResourceId): readonly ZoneState[] {
    if (this.#zones.size === 0) return NOTHING
    const states: ZoneState[] = []
    for (const [zone, { verdict, reason, status, durationMs, at }] of this.#zones)
      if ((verdict[id] ?? 0) !== 0)
        states.push({
          zone,
          verdict: this.verdict(zone, id),
          reason: reasonOfByte(reason[id] as number),
          status: status[id] as number,
          durationMs: durationMs[id] as number,
          at: at[id] as number,
        })
    return states
  }

  /** Calls `visit` with all that is known. */
  visit(visit: (id: ResourceId, generation: number, state: ZoneState) => void): void {
    for (let id = 0; id < this.#generation.length; id++) {
      const generation = this.#generation[id] as number
      if (generation !== 0)
        for (const state of this.of(id as ResourceId)) visit(id as ResourceId, generation - 1, state)
    }
  }

  /** The URL with this id has left the list. */
  forget(id: ResourceId): void {
    if ((this.#generation[id] ?? 0) === 0) return
    this.#generation[id] = 0
    for (const { verdict } of this.#zones.values()) if (id < verdict.length) verdict[id] = 0
  }

  #begin(id: ResourceId, generation: number): void {
    this.forget(id)
    this.#generation = ensureCapacity(this.#generation, id + 1)
    this.#generation[id] = generation + 1
  }
}
