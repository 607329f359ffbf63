import type { Alert } from '../alert.ts'
import type { AlertLog } from './alert-log.ts'
import { conditionOf, isShare, membersNeeded } from './conditions.ts'
import { emptyGroup, groupName, isMostlyUnknown, textOf } from './group.ts'
import type { FiringGroup, Group } from './group.ts'
import type { Member } from './group-members.ts'
import { labelOf } from './label-test.ts'
import type { LabelValues } from './label-test.ts'
import { takenOver } from './restored-alerts.ts'
import type { RestoredAlerts } from './restored-alerts.ts'
import type { AppliedRules, RuleRef } from './rule-ref.ts'

/** What an earlier run has told waits at most this long for each member to be up or down once, in ms: some may never be. */
const RESTORED_MS = 3_600_000

/** For a share, lists that are still to be read are waited for at most this long, in ms: some may never be, and an outage is to be told. */
const LISTS_MS = 600_000

/** The groups of all rules and how many of their members are down. Bounded by the values of labels of the URLs. */
export class Groups {
  /** By condition and value of its label. */
  #groups = new Map<RuleRef, Map<string, Group>>()
  /** Groups whose members are others now. They are looked at when the list is complete, not after each URL. */
  readonly #changed = new Set<Group>()
  /** Groups whose alert is restored, and when they wait no more, in ms. */
  readonly #waits = new Map<Group, number>()
  readonly #log: AlertLog
  readonly #restored: RestoredAlerts
  /** Each list was read: every group has all of its members. */
  #isComplete = false
  /** Until when no group fires by a share, as members of it may not be known yet, in ms; null: they are. */
  #awaitsUntil: number | null = null

  constructor(log: AlertLog, restored: RestoredAlerts) {
    this.#log = log
    this.#restored = restored
  }

  /** A URL with these rules and labels joins. */
  join({ group: refs }: AppliedRules, labels: LabelValues, member: Member): void {
    for (const ref of refs) {
      const value = labelOf(labels, conditionOf(ref, 'group').by)
      // Without the label it is in no group.
      if (value === '') continue
      const group = this.#find(ref, value) ?? this.#add(ref, value)
      group.listed++
      group[member]++
      this.#changed.add(group)
    }
  }

  /** A list is still to be read. */
  awaitLists(now: number): void {
    if (!this.#isComplete) this.#awaitsUntil ??= now + LISTS_MS
  }

  /** No list is still to be read. */
  complete(): void {
    this.#isComplete = true
    this.#awaitNoMore()
  }

  #awaitNoMore(): void {
    this.#awaitsUntil = null
    for (const groups of this.#groups.values()) for (const group of groups.values()) this.#changed.add(group)
  }

  /** A URL leaves. */
  leave({ group: refs }: AppliedRules, labels: LabelValues, member: Member): void {
    for (const group of this.#of(refs, labels)) {
      group.listed--
      group[member]--
      this.#changed.add(group)
    }
  }

  /** A member is another than before. */
  turn({ group: refs }: AppliedRules, labels: LabelValues, from: Member, to: Member, now: number): void {
    for (const group of this.#of(refs, labels)) {
      group[from]--
      group[to]++
      this.#evaluate(group, now)
    }
  }

  /** Looks at the groups whose members are others now, or that have waited long enough. */
  tick(now: number): void {
    if (now >= (this.#awaitsUntil ?? Infinity)) this.#awaitNoMore()
    for (const [group, until] of this.#waits) {
      if (group.isRestored && now < until) continue
      this.#waits.delete(group)
      group.isRestored = false
      this.#changed.add(group)
    }
    for (const group of this.#changed) {
      if (group.listed > 0) this.#evaluate(group, now)
      else this.#remove(group, now)
    }
    this.#changed.clear()
  }

  /** The alert of a group, with how many are down now. */
  current(alert: Alert, now: number): Alert {
    const [value = ''] = Object.values(alert.labels)
    const group = Array.from(this.#groups.values(), (groups) => groups.get(value)).find(
      (one) => one?.alert?.key === alert.key,
    )
    if (group?.alert == null) return alert
    const summary = isMostlyUnknown(group) || group.down === 0 ? alert.summary : textOf(group)
    return { ...alert, lastedMs: now - group.alert.since, summary }
  }

  /** There are other rules. `join` has to follow for all URLs, then `endReload`. Returns the alerts that fire. */
  beginReload(): FiringGroup[] {
    const firing: FiringGroup[] = []
    for (const groups of this.#groups.values())
      for (const { alert, subject, isRestored } of groups.values())
        if (alert !== null) firing.push({ alert, subject, isRestored })
    this.#groups = new Map()
    this.#changed.clear()
    this.#waits.clear()
    return firing
  }

  /** The alerts of groups that remain go on, those of others end. */
  endReload(firing: readonly FiringGroup[], now: number): void {
    const byName = new Map(firing.map((one) => [groupName(one.alert.ref, one.subject), one]))
    for (const groups of this.#groups.values())
      for (const group of groups.values()) {
        const before = byName.get(groupName(group.ref, group.subject))
        if (before === undefined) continue
        byName.delete(groupName(group.ref, group.subject))
        group.alert = before.alert
        group.alert.ref = group.ref
        group.isRestored = before.isRestored
      }
    for (const { alert, subject } of byName.values()) this.#log.unwatch(alert, subject, now, null)
  }

  *#of(refs: readonly RuleRef[], labels: LabelValues): Generator<Group> {
    for (const ref of refs) {
      const group = this.#find(ref, labelOf(labels, conditionOf(ref, 'group').by))
      if (group !== undefined) yield group
    }
  }

  #find(ref: RuleRef, value: string): Group | undefined {
    return this.#groups.get(ref)?.get(value)
  }

  #add(ref: RuleRef, value: string): Group {
    const group = emptyGroup(ref, value)
    let groups = this.#groups.get(ref)
    if (groups === undefined) {
      groups = new Map()
      this.#groups.set(ref, groups)
    }
    groups.set(value, group)
    const restored = this.#restored.takeGroup(ref.rule.name, group.subject)
    if (restored !== null) {
      group.alert = takenOver(restored, ref, this.#log)
      group.isRestored = true
    }
    return group
  }

  #remove(group: Group, now: number): void {
    this.#waits.delete(group)
    const groups = this.#groups.get(group.ref)
    groups?.delete(group.value)
    if (groups?.size === 0) this.#groups.delete(group.ref)
    if (group.alert !== null) this.#log.unwatch(group.alert, group.subject, now, null)
  }

  /**
   * It fires when enough members are down, until none is and those that were down before they became unknown are up. While most members are
   * unknown, nothing changes; what an earlier run has told ends when each member of all lists was up or down.
   */
  #evaluate(group: Group, now: number): void {
    const { ref, subject, listed, pending, down, lost } = group
    if (pending === 0 && this.#isComplete) group.isRestored = false
    if (group.isRestored && !this.#waits.has(group)) this.#waits.set(group, now + RESTORED_MS)
    if (isMostlyUnknown(group)) return
    const isReached = down >= membersNeeded(ref, listed) && (this.#awaitsUntil === null || !isShare(ref))
    if (group.alert !== null && (isReached || !group.isRestored)) this.#log.see(group.alert)
    if (group.alert === null) {
      if (!isReached) return
      const labels = { [conditionOf(ref, 'group').by]: group.value }
      group.alert = this.#log.fire(ref, subject, labels, now, textOf(group), null)
    } else if (down + lost === 0 && !group.isRestored) {
      this.#log.resolve(group.alert, subject, now, textOf(group), null)
      group.alert = null
    }
  }
}
