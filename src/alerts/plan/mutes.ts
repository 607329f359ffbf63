import type { Alert } from '../alert.ts'
import type { AlertRule } from '../alert-rule.ts'
import { Inhibitors } from './inhibitors.ts'
import type { Silences } from './silences.ts'

/** Maintenance windows, as the planner sees them. Times are in ms since the epoch. */
export interface Maintenance {
  covers(alert: Alert, now: number): boolean
  /** When the next window begins or ends after `now`; Infinity if none does. */
  nextChange(now: number): number
}

/** Whether an alert is told now: maintenance, silences and other alerts may keep it from that. */
export class Mutes {
  readonly #silences: Silences
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

  has(alert: Alert, now: number): boolean {
    const rule = this.#rules.get(alert.rule)
    return (
      this.#maintenance.covers(alert, now) ||
      this.#silences.mute(alert, now) ||
      (rule !== undefined && this.#inhibitors.mute(alert, rule))
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
    this.#changeAt = Math.min(this.#maintenance.nextChange(now), this.#silences.nextChange(now))
    return true
  }
}
