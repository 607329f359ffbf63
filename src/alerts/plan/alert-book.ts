import { UNWATCHED_TEXT } from '../alert.ts'
import type { Alert, AlertChange } from '../alert.ts'
import type { AlertRule } from '../alert-rule.ts'
import { AlertGroup } from './alert-group.ts'
import type { Mutes } from './mutes.ts'
import { labelledNow, withLabels } from './labels-now.ts'
import { isFiring } from './planner-state.ts'
import type { AlertPhase, AlertRow, SavedPlan } from './planner-state.ts'
import { shownAlert } from './shown-alert.ts'
import type { TurnRecord } from './turn-record.ts'

/** The longest text of changes that are told together, in UTF-16 units. */
const MAX_CHANGES_LENGTH = 1_000

/** All alerts in their groups, and what changes of them goes into the record. */
export class AlertBook {
  readonly #record: TurnRecord
  readonly #mutes: Mutes
  readonly #hash: (text: string) => string
  /** By key. Bounded by the alerts. */
  readonly #groups = new Map<string, AlertGroup>()
  /** The group of each alert, by the key of the alert. Bounded by the URLs and groups that rules watch, times the kinds. */
  readonly #groupOf = new Map<string, AlertGroup>()

  constructor(record: TurnRecord, mutes: Mutes, hash: (text: string) => string) {
    this.#record = record
    this.#mutes = mutes
    this.#hash = hash
  }

  /** Takes what an earlier run has saved. `shift`: time that is not counted, in ms. */
  restore(saved: SavedPlan, shift: number, now: number): void {
    for (const row of saved.groups) this.#groups.set(row.key, AlertGroup.restore(row, shift))
    for (const row of saved.alerts) this.#groups.get(row.groupKey)?.set(row)
    for (const group of this.#groups.values()) {
      for (const { alert } of group.rows) this.#groupOf.set(alert.key, group)
      group.forgetSeen(now)
      this.#record.group(group.key)
    }
  }

  get groups(): Iterable<AlertGroup> {
    return this.#groups.values()
  }

  /** What has turned is told at the next turn of each group. */
  endWaits(now: number): void {
    for (const group of this.groups) group.endWait(now)
  }

  get size(): number {
    return this.#groups.size
  }

  /** A group by its key, or that of one of its alerts. */
  find(key: string): AlertGroup | undefined {
    return this.#groups.get(key) ?? this.#groupOf.get(key)
  }

  group(key: string): AlertGroup | undefined {
    return this.#groups.get(key)
  }

  /** Takes what the rules made of a poll. */
  apply(change: AlertChange, rules: ReadonlyMap<string, AlertRule>, now: number): void {
    if (change.type === 'relabelled') return this.#relabel(change.alert)
    if (change.type === 'held') return this.#hold(change.alert)
    if (change.type === 'seen') return this.#see(change.alert.key, rules, now)
    const rule = rules.get(change.alert.rule)
    const shown = shownAlert(change.alert, this.#mutes.wallOffset)
    if (change.type === 'fired') this.#fire(shown, rule, now)
    else this.end(shown, change.type, rule, now)
  }

  #fire(alert: Alert, rule: AlertRule | undefined, now: number): void {
    const group = this.#groupOf.get(alert.key) ?? this.#groupFor(alert, rule)
    const before = group.get(alert.key)
    if (before === undefined || !isFiring(before)) this.#mutes.fired(alert)
    const told = before === undefined ? alert : joined(before.alert, alert)
    const row = { groupKey: group.key, phase: phaseOfFired(before?.phase), alert: told }
    this.set(group, withLabels(row, alert.labels))
    group.see(alert.key)
    group.updateWait(rule, now)
  }

  /** An alert of an earlier run goes on in this one. If it is to be told yet, that is after another wait: others may be over. */
  #see(key: string, rules: ReadonlyMap<string, AlertRule>, now: number): void {
    const group = this.#groupOf.get(key)
    if (group === undefined) return
    group.see(key)
    group.updateWait(rules.get(group.rule), now)
    this.#record.group(group.key)
  }

  /** An alert goes on by other limits, which a later run is to know. */
  #hold({ key, ...limits }: Pick<Alert, 'key' | 'limit' | 'windowMs'>): void {
    const group = this.#groupOf.get(key)
    const before = group?.get(key)
    if (group === undefined || before === undefined || !isFiring(before)) return
    this.set(group, { ...before, alert: { ...before.alert, ...limits } })
  }

  /** The URL of an alert has these labels from now on: others may mute it, and it may mute others. Its group stays. */
  #relabel({ key, labels }: Pick<Alert, 'key' | 'labels'>): void {
    const group = this.#groupOf.get(key)
    const before = group?.get(key)
    if (group === undefined || before === undefined || !isFiring(before)) return
    const row = withLabels(before, labels)
    this.#mutes.over(labelledNow(before))
    this.#mutes.fired(labelledNow(row))
    this.#mutes.invalidate()
    this.set(group, row)
  }

  end(alert: Alert, phase: 'resolved' | 'unwatched', rule: AlertRule | undefined, now: number): void {
    const group = this.#groupOf.get(alert.key)
    const before = group?.get(alert.key)
    if (group === undefined || before === undefined || !isFiring(before)) return
    this.#mutes.over(labelledNow(before))
    // It began when it was said to begin, though the clock may have been set since, but not after its end.
    const since = Math.min(before.alert.since, alert.resolvedAt ?? Infinity)
    const { labels, severity } = before.alert
    const ended = { ...alert, since, labels, severity }
    if (before.phase === 'told') this.set(group, { groupKey: group.key, phase, alert: ended })
    else this.delete(group, alert.key)
    group.updateWait(rule, now)
  }

  /** The rule of an alert has left the configuration. `wallNow`: what the machine's clock says. */
  unwatch(alert: Alert, wallNow: number, now: number): void {
    this.end({ ...alert, resolvedAt: wallNow, summary: UNWATCHED_TEXT }, 'unwatched', undefined, now)
  }

  /** What is not muted any more is told after another wait: much of it may be over soon. */
  unmute(ruleOf: (group: AlertGroup) => AlertRule | undefined, now: number): void {
    for (const group of this.groups) {
      group.isEscalationMuted = false
      if (group.count('muted') === 0) continue
      for (const row of group.rows)
        if (row.phase === 'muted' && !this.#mutes.has(row, now)) this.set(group, { ...row, phase: 'waiting' })
      group.updateWait(ruleOf(group), now)
    }
  }

  set(group: AlertGroup, row: AlertRow): void {
    group.set(row)
    this.#groupOf.set(row.alert.key, group)
    this.#record.alert(row.alert.key, row)
    this.#record.group(group.key)
  }

  delete(group: AlertGroup, key: string): void {
    group.delete(key)
    this.#groupOf.delete(key)
    this.#record.alert(key, null)
    this.#record.group(group.key)
  }

  /** Forgets a group without alerts. */
  drop(group: AlertGroup): void {
    this.#groups.delete(group.key)
    this.#record.group(group.key)
  }

  #groupFor(alert: Alert, rule: AlertRule | undefined): AlertGroup {
    const labels = (rule?.groupBy ?? []).map((name) => [name, alert.labels[name] ?? ''])
    const key = this.#hash(JSON.stringify(['group', alert.rule, alert.kind, labels]))
    const group = this.#groups.get(key) ?? new AlertGroup({ key, rule: alert.rule, kind: alert.kind })
    this.#groups.set(key, group)
    return group
  }
}

/** An alert that goes on, with what receivers know it by. Two changes of a URL are told together. */
function joined(first: Alert, next: Alert): Alert {
  const { labels, severity } = first
  if (next.kind !== 'changed') return { ...next, labels, severity }
  const summary = `${first.summary}; ${next.summary}`.slice(0, MAX_CHANGES_LENGTH).toWellFormed()
  return { ...next, labels, severity, since: first.since, summary }
}

/** What was told and fires again before its end was told goes on as if it had not ended. */
function phaseOfFired(before: AlertPhase | undefined): AlertPhase {
  if (before === undefined) return 'waiting'
  return before === 'waiting' || before === 'muted' ? before : 'told'
}
