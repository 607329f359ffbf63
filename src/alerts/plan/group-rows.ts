import { isFiring } from './planner-state.ts'
import type { AlertPhase, AlertRow } from './planner-state.ts'

/** The alerts of a group: which of them are where, and of which this run has not seen anything yet. */
export class GroupRows {
  /** By key, in the order in which they fired. Bounded by the URLs and groups that a rule watches. */
  readonly #rows = new Map<string, AlertRow>()
  readonly #counts = noCounts()
  /** Keys of alerts that fired in an earlier run: they may be over since. Bounded by the rows. */
  readonly #unseen = new Set<string>()
  readonly #unseenCounts = noCounts()

  get rows(): Iterable<AlertRow> {
    return this.#rows.values()
  }

  get size(): number {
    return this.#rows.size
  }

  count(phase: AlertPhase): number {
    return this.#counts[phase]
  }

  /** How many of those that `count` counts are of an earlier run and were not seen in this one. */
  countUnseen(phase: AlertPhase): number {
    return this.#unseenCounts[phase]
  }

  get(key: string): AlertRow | undefined {
    return this.#rows.get(key)
  }

  isUnseen(key: string): boolean {
    return this.#unseen.has(key)
  }

  set(row: AlertRow): void {
    const { key } = row.alert
    this.#add(key, -1)
    if (!isFiring(row)) this.#unseen.delete(key)
    this.#rows.set(key, row)
    this.#add(key, 1)
  }

  delete(key: string): void {
    this.#add(key, -1)
    this.#unseen.delete(key)
    this.#rows.delete(key)
  }

  /** Another run knew these alerts. A change is not looked at again: it has happened. */
  protected markUnseen(): void {
    for (const row of this.#rows.values()) {
      const { key, kind } = row.alert
      if (!isFiring(row) || kind === 'changed') continue
      this.#add(key, -1)
      this.#unseen.add(key)
      this.#add(key, 1)
    }
  }

  /** This run has seen how it is with an alert. */
  see(key: string): void {
    this.#add(key, -1)
    this.#unseen.delete(key)
    this.#add(key, 1)
  }

  #add(key: string, by: number): void {
    const row = this.#rows.get(key)
    if (row === undefined) return
    this.#counts[row.phase] += by
    if (this.#unseen.has(key)) this.#unseenCounts[row.phase] += by
  }
}

function noCounts(): Record<AlertPhase, number> {
  return { waiting: 0, muted: 0, told: 0, resolved: 0, unwatched: 0 }
}
