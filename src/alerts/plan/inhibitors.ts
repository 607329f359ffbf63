import type { Alert } from '../alert.ts'
import type { AlertRule } from '../alert-rule.ts'

/** Alerts that fire of rules that mute others, counted by the labels that have to be equal. */
export class Inhibitors {
  /** Lists of labels by which others compare themselves with a rule's alerts. */
  readonly #equals = new Map<string, Map<string, readonly string[]>>()
  /** Bounded by the alerts that fire, times the lists of labels. */
  readonly #counts = new Map<string, number>()

  constructor(rules: Iterable<AlertRule>) {
    for (const { inhibitedBy } of rules)
      for (const { rule, equal } of inhibitedBy) {
        const lists = this.#equals.get(rule) ?? new Map<string, readonly string[]>()
        this.#equals.set(rule, lists.set(JSON.stringify(equal), equal))
      }
  }

  add(alert: Alert): void {
    for (const key of this.#keysOf(alert)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
  }

  /** Returns whether alerts may now be free that were muted. */
  remove(alert: Alert): boolean {
    let isLast = false
    for (const key of this.#keysOf(alert)) {
      const count = (this.#counts.get(key) ?? 0) - 1
      if (count > 0) this.#counts.set(key, count)
      else isLast = this.#counts.delete(key) || isLast
    }
    return isLast
  }

  /** Whether an alert of another rule mutes one of this rule. */
  mute(alert: Alert, { name, inhibitedBy }: AlertRule): boolean {
    return inhibitedBy.some(({ rule, equal }) => rule !== name && this.#counts.has(keyOf(rule, equal, alert)))
  }

  *#keysOf(alert: Alert): Iterable<string> {
    // A change is over as soon as it is told: it mutes nothing.
    if (alert.kind === 'changed') return
    for (const equal of this.#equals.get(alert.rule)?.values() ?? []) yield keyOf(alert.rule, equal, alert)
  }
}

function keyOf(rule: string, equal: readonly string[], { labels }: Alert): string {
  return JSON.stringify([rule, equal, equal.map((name) => labels[name] ?? '')])
}
