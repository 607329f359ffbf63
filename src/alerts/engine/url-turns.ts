import type { ResourceId } from '../../resource/resource.ts'
import type { SeenState } from '../alert.ts'
import type { AlertLog, Subject } from './alert-log.ts'
import type { LabelSets } from './label-sets.ts'
import { areSameLimits, isBeyond, limitsOf } from './limits.ts'
import type { RuleRef } from './rule-ref.ts'
import { firedText, measuredText, otherLimitText, resolvedText } from './summary.ts'
import type { UrlTable } from './url-table.ts'
import type { FiringAlert, WatchedUrl } from './watched-url.ts'

/** Puts the beginning and the end of single alerts of a URL into the log, with what was seen of it. */
export class UrlTurns {
  readonly #log: AlertLog
  readonly #table: UrlTable
  readonly #sets: LabelSets

  constructor(log: AlertLog, table: UrlTable, sets: LabelSets) {
    this.#log = log
    this.#table = table
    this.#sets = sets
  }

  fire(url: WatchedUrl, ref: RuleRef, since: number, now: number, summary?: string): FiringAlert {
    const seen = this.#seen(url.id)
    const labels = this.#sets.labels(this.#table.labels(url.id))
    const text = summary ?? firedText(ref, url, seen, since, now)
    const firing = this.#log.fire(ref, this.#subject(url.id), labels, since, text, seen)
    url.alerts = [...url.alerts, firing]
    return firing
  }

  /** A condition holds since some time, or has not held since then. */
  set(url: WatchedUrl, ref: RuleRef, isTrue: boolean, since: number, now: number): void {
    const firing = url.firing(ref)
    if (isTrue && firing === undefined) this.fire(url, ref, since, now)
    else if (!isTrue && firing !== undefined) this.#end(url, firing, since)
  }

  /**
   * Something was measured for a condition that has a limit. If the limit is another one than that by which the alert has held, and by
   * that one it would go on, it ends without being over: nothing of the URL has changed. So it does if something else is measured now.
   */
  measured(
    url: WatchedUrl,
    ref: RuleRef,
    measured: number,
    since: number,
    now: number,
    summary?: string,
  ): void {
    const firing = url.firing(ref)
    const limits = limitsOf(ref)
    if (isBeyond(ref, measured, limits)) {
      if (firing === undefined) this.fire(url, ref, since, now, summary)
      else this.hold(firing)
    } else if (firing !== undefined)
      if (firing.limits.windowMs !== limits.windowMs || isBeyond(ref, measured, firing.limits))
        this.unwatch(url, firing, now, otherLimitText(summary ?? measuredText(ref, this.#seen(url.id))))
      else this.#end(url, firing, now, summary)
  }

  /** An alert ends that was not seen to be over. */
  unwatch(url: WatchedUrl, firing: FiringAlert, now: number, summary?: string): void {
    url.alerts = url.alerts.filter((alert) => alert !== firing)
    this.#log.unwatch(firing, this.#subject(url.id), now, this.#table.seen(url.id), summary)
  }

  /** An alert holds by the limits of its rule. */
  hold(firing: FiringAlert): void {
    const limits = limitsOf(firing.ref)
    if (areSameLimits(limits, firing.limits)) return
    firing.limits = limits
    this.#log.hold(firing)
  }

  #end(url: WatchedUrl, firing: FiringAlert, at: number, summary?: string): void {
    const seen = this.#seen(url.id)
    const text = summary ?? resolvedText(firing.ref, firing.since, seen, at)
    url.alerts = url.alerts.filter((alert) => alert !== firing)
    this.#log.resolve(firing, this.#subject(url.id), at, text, seen)
  }

  #subject(id: ResourceId): Subject {
    return { url: this.#table.url(id), group: '' }
  }

  /** Alerts begin and end after a poll only. */
  #seen(id: ResourceId): SeenState {
    return this.#table.seen(id) as SeenState
  }
}
