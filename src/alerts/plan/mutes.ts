import type { Alert } from '../alert.ts'
import type { AlertRule } from '../alert-rule.ts'
import { Inhibitors } from './inhibitors.ts'
import { labelledNow } from './labels-now.ts'
import type { AlertRow } from './planner-state.ts'
import type { Silences } from './silences.ts'

/** Maintenance windows, as the planner sees them. Times are in ms since the epoch. */
export interface Maintenance {
  covers(alert: Alert, now: number): boolean
  /** When the next window begins or ends after `now`; Infinity if none does. */
  nextChange(now: number): number
}

/** A change of the offset that is smaller, in ms, is that of a clock that is kept right. */
const MIN_STEP_MS = 1_000

/** Whether an alert is told now: maintenance, silences and other alerts may keep it from that. Times are those of a clock that is never set. */
export class Mutes {
  readonly #silences: Silences
  #wallOffset = 0
  #maintenance: Maintenance = { covers: () => false, nextChange: () => Infinity }
  #rules: ReadonlyMap<string, AlertRule> = new Map()
  #inhibitors = new Inhibitors([])
  /** When alerts that are muted may be free, in ms since the epoch. */
  #changeAt = -Infinity

  constructor(silences: Silences) {
    this.#silences = silences
  }

  configure(rules: ReadonlyMap<string, AlertRule>, maintenance: Maintenance, firing: readonly Alert[]): void {
    this.#rules = rules
    this.#maintenance = maintenance
    this.#inhibitors = new Inhibitors(rules.values())
    for (const alert of firing) this.#inhibitors.add(alert)
    this.invalidate()
  }

  /** How far the clock of the machine is ahead, in ms: maintenance and silences follow that. */
  get wallOffset(): number {
    return this.#wallOffset
  }

  set wallOffset(offset: number) {
    if (Math.abs(offset - this.#wallOffset) < MIN_STEP_MS) return
    this.#wallOffset = Math.round(offset)
    this.invalidate()
  }

  /** By the labels that its URL has now. That a URL is down which goes up and down is neither told, repeated nor escalated before it has settled. */
  has(row: AlertRow, now: number): boolean {
    const alert = labelledNow(row)
    const rule = this.#rules.get(alert.rule)
    const at = now + this.#wallOffset
    return (
      this.#maintenance.covers(alert, at) ||
      this.#silences.mutes(alert, at) ||
      this.#inhibitors.isOfFlapping(alert) ||
      (rule !== undefined && this.#inhibitors.mutes(alert, rule))
    )
  }

  fired(alert: Alert): void {
    this.#inhibitors.add(alert)
  }

  over(alert: Alert): void {
    if (this.#inhibitors.remove(alert)) this.invalidate()
  }

  /** Alerts that are muted may be free now. */
  invalidate(): void {
    this.#changeAt = -Infinity
  }

  /** When alerts that are muted may be free, in ms since the epoch; Infinity: not by time alone. */
  get changeAt(): number {
    return this.#changeAt
  }

  /** Whether alerts that are muted are to be looked at again. It returns true once. */
  takeChange(now: number): boolean {
    if (now < this.#changeAt) return false
    const at = now + this.#wallOffset
    const next = Math.min(this.#maintenance.nextChange(at), this.#silences.nextChange(at))
    this.#changeAt = next - this.#wallOffset
    return true
  }
}
