import type { Silence } from '../alert-rule.ts'
import type { AlertRow, GroupRow, PlannedNotification, PlannerMarks, PlannerTurn } from './planner-state.ts'

/** While something fires, the time is saved this often, in ms: so much of it is not counted after a crash, at most. */
const SAVE_EVERY_MS = 5_000

/** The groups that there are: an AlertBook. */
interface Book {
  readonly size: number
  group(key: string): { readonly row: GroupRow } | undefined
}

/** What changed since it was last taken. Bounded by what there is. */
export class TurnRecord {
  #sequence: number
  /** -Infinity: the first turn saves at once, also after a restart. */
  #savedAt = -Infinity
  #notifications: PlannedNotification[] = []
  #alerts = new Map<string, AlertRow | null>()
  readonly #groups = new Set<string>()
  #silences = new Map<string, Silence | null>()

  constructor(marks: PlannerMarks | null) {
    this.#sequence = marks?.sequence ?? 0
  }

  /** When the time is to be saved again, in ms since the epoch. */
  get saveAt(): number {
    return this.#savedAt + SAVE_EVERY_MS
  }

  alert(key: string, row: AlertRow | null): void {
    this.#alerts.set(key, row)
  }

  group(key: string): void {
    this.#groups.add(key)
  }

  silence(id: string, silence: Silence | null): void {
    this.#silences.set(id, silence)
  }

  nextSequence(): number {
    this.#sequence += 1
    return this.#sequence
  }

  notify(planned: PlannedNotification): void {
    this.#notifications.push(planned)
  }

  marks(now: number): PlannerMarks {
    return { sequence: this.#sequence, savedAt: now }
  }

  /** Returns what changed, and begins anew. What is in the book is to be continued after a restart. `isLast`: the run ends. */
  take(now: number, book: Book, isLast: boolean): PlannerTurn {
    const groups = new Map(Array.from(this.#groups, (key) => [key, book.group(key)?.row ?? null]))
    const isChanged =
      this.#notifications.length + this.#alerts.size + this.#groups.size + this.#silences.size > 0
    const isToSave = isChanged || (book.size > 0 && (isLast || now >= this.saveAt))
    if (isToSave) this.#savedAt = now
    const turn = {
      notifications: this.#notifications,
      alerts: this.#alerts,
      groups,
      silences: this.#silences,
      marks: isToSave ? this.marks(now) : null,
    }
    this.#notifications = []
    this.#alerts = new Map()
    this.#groups.clear()
    this.#silences = new Map()
    return turn
  }
}
