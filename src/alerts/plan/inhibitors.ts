import type { Alert } from '../alert.ts'
import type { AlertRule } from '../alert-rule.ts'

/** Alerts that fire and inhibit others: those of rules, counted by the labels that must be equal, and those of URLs that flap. */
export class Inhibitors {
  /** Lists of labels by which others compare themselves with a rule's alerts. */
  readonly #equals = new Map<string, Map<string, readonly string[]>>()
  /** Bounded by the alerts that fire, times the lists of labels, and the URLs that flap. */
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
  mutes(alert: Alert, { name, inhibitedBy }: AlertRule): boolean {
    return inhibitedBy.some(({ rule, equal }) => rule !== name && this.#counts.has(keyOf(rule, equal, alert)))
  }

  /** Whether it is about a URL that goes up and down, which is told instead. */
  isOfFlapping({ kind, url }: Alert): boolean {
    return kind === 'down' && this.#counts.has(flappingKey(url))
  }

  *#keysOf(alert: Alert): Iterable<string> {
    // A change is over as soon as it is told: it mutes nothing.
    if (alert.kind === 'changed') return
    if (alert.kind === 'flapping') yield flappingKey(alert.url)
    for (const equal of this.#equals.get(alert.rule)?.values() ?? []) yield keyOf(alert.rule, equal, alert)
  }
}

/** No key of a rule is one text. */
function flappingKey(url: string): string {
  return JSON.stringify(url)
}

function keyOf(rule: string, equal: readonly string[], { labels }: Alert): string {
  return JSON.stringify([rule, equal, equal.map((name) => labels[name] ?? '')])
}
