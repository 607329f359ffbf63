import { UNWATCHED_TEXT } from '../alert.ts'
import type { Alert, AlertChange, SeenState } from '../alert.ts'
import type { EngineOptions } from './engine-options.ts'
import type { LabelValues } from './label-test.ts'
import { limitsOf } from './limits.ts'
import type { RuleRef } from './rule-ref.ts'
import type { FiringAlert } from './watched-url.ts'

/** What an alert is about: a URL, or a group as `label=value`. */
export interface Subject {
  readonly url: string
  readonly group: string
}

/** Makes alerts and keeps what changes until it is taken. Bounded by the alerts that turn between two calls of `take`. */
export class AlertLog {
  #changes: AlertChange[] = []
  readonly #hash: EngineOptions['hash']

  constructor(hash: EngineOptions['hash']) {
    this.#hash = hash
  }

  /** An alert begins to fire; `changed` is told and is over. */
  fire(
    ref: RuleRef,
    subject: Subject,
    labels: LabelValues,
    since: number,
    summary: string,
    state: SeenState | null,
  ): FiringAlert {
    const key = this.#hash(JSON.stringify([ref.rule.name, ref.kind, subject.url, subject.group]))
    const limits = limitsOf(ref)
    const turned = { turnedAt: Number.NaN, stillTurnedAt: Number.NaN }
    const firing: FiringAlert = { ref, key, since, labels, limits, isUnseen: false, ...turned }
    this.#changes.push({ type: 'fired', alert: alertOf(firing, subject, null, summary, state) })
    return firing
  }

  /** An alert is over since some time. */
  resolve(firing: FiringAlert, subject: Subject, at: number, summary: string, state: SeenState | null): void {
    this.#changes.push({ type: 'resolved', alert: alertOf(firing, subject, at, summary, state) })
  }

  /** A URL has other labels; its alert goes on. */
  relabel({ key }: FiringAlert, labels: LabelValues): void {
    this.#changes.push({ type: 'relabelled', alert: { key, labels } })
  }

  /** An alert goes on by other limits. */
  hold({ key, limits }: FiringAlert): void {
    this.#changes.push({ type: 'held', alert: { key, ...limits } })
  }

  /** What an alert is about was looked at. */
  see(firing: FiringAlert): void {
    if (!firing.isUnseen) return
    firing.isUnseen = false
    this.#changes.push({ type: 'seen', alert: { key: firing.key } })
  }

  /** What an alert was about is no longer watched. */
  unwatch(
    firing: FiringAlert,
    subject: Subject,
    now: number,
    state: SeenState | null,
    summary = UNWATCHED_TEXT,
  ): void {
    this.#changes.push({ type: 'unwatched', alert: alertOf(firing, subject, now, summary, state) })
  }

  /** The same for an alert of an earlier run. */
  unwatchRestored(alert: Alert, now: number): void {
    this.#changes.push({
      type: 'unwatched',
      alert: { ...alert, resolvedAt: now, summary: UNWATCHED_TEXT },
    })
  }

  /** What has changed since the last call, in order. */
  take(): AlertChange[] {
    const changes = this.#changes
    this.#changes = []
    return changes
  }
}

function alertOf(
  { ref, key, since, labels, limits }: FiringAlert,
  subject: Subject,
  resolvedAt: number | null,
  summary: string,
  state: SeenState | null,
): Alert {
  const { rule, kind } = ref
  const { url, group } = subject
  return {
    key,
    rule: rule.name,
    kind,
    severity: rule.severity,
    url,
    group,
    labels,
    ...limits,
    since,
    resolvedAt,
    ...(resolvedAt !== null && { lastedMs: resolvedAt - since }),
    summary,
    state,
  }
}
