import type { Alert } from '../alert.ts'
import type { AlertLog, Subject } from './alert-log.ts'
import type { AlertPoll } from './alert-poll.ts'
import { areSameLimits, limitsOf } from './limits.ts'
import type { RuleRef } from './rule-ref.ts'
import type { FiringAlert, WatchedUrl } from './watched-url.ts'

/** Alerts of an earlier run that wait for their URL or group to be registered. Bounded by the alerts that fired then. */
export class RestoredAlerts {
  /** By URL or group. */
  readonly #alerts = new Map<string, Alert[]>()

  /** `changed` is over when it is told, so it is left out. */
  add(alert: Alert): void {
    if (alert.kind === 'changed') return
    const name = nameOf(alert)
    const others = this.#alerts.get(name)
    if (others === undefined) this.#alerts.set(name, [alert])
    else others.push(alert)
  }

  /** Takes out the alerts of a URL or group. */
  take(subject: Subject): readonly Alert[] {
    if (this.#alerts.size === 0) return []
    const name = nameOf(subject)
    const alerts = this.#alerts.get(name) ?? []
    this.#alerts.delete(name)
    return alerts
  }

  /** Takes out the alert of a rule for a group. */
  takeGroup(rule: string, subject: Subject): Alert | null {
    if (this.#alerts.size === 0) return null
    const alerts = this.#alerts.get(nameOf(subject)) ?? []
    const alert = alerts.find((one) => one.rule === rule) ?? null
    const others = alerts.filter((one) => one !== alert)
    if (others.length === 0) this.#alerts.delete(nameOf(subject))
    else this.#alerts.set(nameOf(subject), others)
    return alert
  }

  /** Takes out all alerts. */
  takeAll(): Alert[] {
    const alerts = [...this.#alerts.values()].flat()
    this.#alerts.clear()
    return alerts
  }
}

/** An alert of an earlier run goes on. A limit that an earlier version has not kept is taken to be that of now. */
export function takenOver(alert: Alert, ref: RuleRef, log: AlertLog): FiringAlert {
  const { key, since, labels } = alert
  const { limit, windowMs } = { ...limitsOf(ref), ...alert }
  const limits = { ...(limit !== undefined && { limit }), ...(windowMs !== undefined && { windowMs }) }
  const turned = { turnedAt: Number.NaN, stillTurnedAt: Number.NaN }
  const firing = { ref, key, since, labels, limits, isUnseen: true, ...turned }
  if (!areSameLimits(limits, alert)) log.hold(firing)
  return firing
}

/** A URL was polled: its alerts of an earlier run are seen, but those on its uptime, which is asked for later. Unknown tells of `unknown` only. */
export function seeRestored({ alerts }: WatchedUrl, verdict: AlertPoll['verdict'], log: AlertLog): void {
  for (const alert of alerts)
    if (alert.ref.kind === 'unknown' || (verdict !== 'unknown' && alert.ref.kind !== 'uptime')) log.see(alert)
}

function nameOf({ url, group }: Subject): string {
  return group === '' ? `url ${url}` : `group ${group}`
}
