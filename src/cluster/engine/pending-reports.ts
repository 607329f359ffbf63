import type { ResourceId } from '../../resource/resource.ts'
import { KeyedStates } from '../../state/state-records.ts'
import { FactsRecords } from '../share/facts.ts'
import type { Facts } from '../share/facts.ts'
import type { BatchReport } from './report-args.ts'
import type { Rows } from './rows.ts'

interface Pending {
  readonly states: KeyedStates
  readonly facts: FactsRecords
}

/** What was found out and is not in the engine yet, by batch. Bounded by the polls of one lease. */
export class PendingReports {
  readonly #rows: Rows
  readonly #pending = new Map<string, Pending>()

  constructor(rows: Rows) {
    this.#rows = rows
  }

  /** The result of a poll: the rest of a State, as `splitStates` has it. */
  addState(id: ResourceId, generation: number, rest: Uint8Array): void {
    const place = this.#placeOf(id)
    if (place === null || this.#rows.of(place.batch)?.generations[place.index] !== generation) return
    this.#of(place.batch).states.add(place.key, rest)
  }

  /** What is known of a Resource. `offset`: see `writeRecord`. */
  addFacts(id: ResourceId, facts: Facts, offset: number): void {
    const place = this.#placeOf(id)
    if (place !== null) this.#of(place.batch).facts.set(place.key, facts, offset)
  }

  /** The batches for which there is something. */
  get batches(): string[] {
    return [...this.#pending.keys()]
  }

  /** Takes out what is to be said of a batch. */
  take(batch: string, token: string, returned: boolean): BatchReport {
    const pending = this.#pending.get(batch)
    this.#pending.delete(batch)
    const states = pending === undefined || pending.states.length === 0 ? null : pending.states.take()
    return { batch, token, returned, states, facts: pending?.facts.bytes ?? null }
  }

  /** Drops what would be said of a batch that this machine does not hold. */
  drop(batch: string): void {
    this.#pending.delete(batch)
  }

  #placeOf(id: ResourceId): { batch: string; index: number; key: string } | null {
    const place = this.#rows.placeOf(id)
    if (place === undefined) return null
    const [batch, index] = place
    const key = this.#rows.of(batch)?.keys[index]
    return key === undefined ? null : { batch, index, key }
  }

  #of(batch: string): Pending {
    let pending = this.#pending.get(batch)
    if (pending === undefined) {
      pending = { states: new KeyedStates(), facts: new FactsRecords() }
      this.#pending.set(batch, pending)
    }
    return pending
  }
}
