import type { Verdict } from '../../resource/resource.ts'
import type { Alert } from '../alert.ts'
import type { AlertLog, Subject } from './alert-log.ts'
import { conditionOf, membersNeeded } from './conditions.ts'
import { labelOf } from './label-test.ts'
import type { LabelValues } from './label-test.ts'
import { takenOver } from './restored-alerts.ts'
import type { RestoredAlerts } from './restored-alerts.ts'
import type { AppliedRules, RuleRef } from './rule-ref.ts'
import { groupText } from './summary.ts'
import type { FiringAlert, KnownState } from './watched-url.ts'

/** How a member is: `lost` is unknown, and was down before. */
type Member = Verdict | 'lost'

/** URLs that a rule matches and that share the value of a label. */
interface Group {
  readonly ref: RuleRef
  readonly value: string
  readonly subject: Subject
  listed: number
  /** Members that were not polled yet. */
  pending: number
  known: number
  down: number
  lost: number
  alert: FiringAlert | null
  /** The alert is of an earlier run, and members that were down then may not have been polled since. */
  isRestored: boolean
}

/** How a URL with this verdict is as a member. `known`: what was known of it before it was unknown. */
export function memberOf(verdict: Verdict, known: KnownState | null): Member {
  return verdict === 'unknown' && known?.verdict === 'down' ? 'lost' : verdict
}

/** The groups of all rules and how many of their members are down. Bounded by the values of labels of the URLs. */
export class Groups {
  /** By condition and value of its label. */
  #groups = new Map<RuleRef, Map<string, Group>>()
  /** Groups whose members are others now. They are looked at when the list is complete, not after each URL. */
  readonly #changed = new Set<Group>()
  readonly #log: AlertLog
  readonly #restored: RestoredAlerts

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
      count(group, member, 1)
      this.#changed.add(group)
    }
  }

  /** A URL leaves. */
  leave({ group: refs }: AppliedRules, labels: LabelValues, member: Member): void {
    for (const group of this.#of(refs, labels)) {
      group.listed--
      count(group, member, -1)
      this.#changed.add(group)
    }
  }

  /** A member is another than before. */
  turn({ group: refs }: AppliedRules, labels: LabelValues, from: Member, to: Member, now: number): void {
    for (const group of this.#of(refs, labels)) {
      count(group, from, -1)
      count(group, to, 1)
      this.#evaluate(group, now)
    }
  }

  /** Looks at the groups whose members are others now. */
  tick(now: number): void {
    for (const group of this.#changed) {
      if (group.listed > 0) this.#evaluate(group, now)
      else this.#remove(group, now)
    }
    this.#changed.clear()
  }

  /** The alert of a group, with how many are down now. */
  current(alert: Alert): Alert {
    const [value = ''] = Object.values(alert.labels)
    const group = Array.from(this.#groups.values(), (groups) => groups.get(value)).find(
      (one) => one?.alert?.key === alert.key,
    )
    if (group === undefined || group.known * 2 < group.listed || group.down === 0) return alert
    return { ...alert, summary: groupText(group.down, group.known, group.listed) }
  }

  /** There are other rules. `join` has to follow for all URLs, then `endReload`. Returns the alerts that fire. */
  beginReload(): FiringGroup[] {
    const firing: FiringGroup[] = []
    for (const groups of this.#groups.values())
      for (const { alert, subject, isRestored } of groups.values())
        if (alert !== null) firing.push({ alert, subject, isRestored })
    this.#groups = new Map()
    this.#changed.clear()
    return firing
  }

  /** The alerts of groups that remain go on, those of others end. */
  endReload(firing: readonly FiringGroup[], now: number): void {
    const byName = new Map(firing.map((one) => [nameOf(one.alert.ref, one.subject), one]))
    for (const groups of this.#groups.values())
      for (const group of groups.values()) {
        const before = byName.get(nameOf(group.ref, group.subject))
        if (before === undefined) continue
        byName.delete(nameOf(group.ref, group.subject))
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
    const subject = { url: '', group: `${conditionOf(ref, 'group').by}=${value}` }
    const counts = { listed: 0, pending: 0, known: 0, down: 0, lost: 0 }
    const group: Group = { ref, value, subject, ...counts, alert: null, isRestored: false }
    let groups = this.#groups.get(ref)
    if (groups === undefined) {
      groups = new Map()
      this.#groups.set(ref, groups)
    }
    groups.set(value, group)
    const restored = this.#restored.takeGroup(ref.rule.name, subject)
    if (restored !== null) {
      group.alert = takenOver(restored, ref)
      group.isRestored = true
    }
    return group
  }

  #remove(group: Group, now: number): void {
    const groups = this.#groups.get(group.ref)
    groups?.delete(group.value)
    if (groups?.size === 0) this.#groups.delete(group.ref)
    if (group.alert !== null) this.#log.unwatch(group.alert, group.subject, now, null)
  }

  /**
   * It fires when enough members are down, until none is and those that were down before they became unknown are up. While most members are
   * unknown, nothing changes; what an earlier run has told ends when each member was polled.
   */
  #evaluate(group: Group, now: number): void {
    const { ref, subject, listed, pending, known, down, lost } = group
    if (pending === 0) group.isRestored = false
    if (known * 2 < listed) return
    const text = groupText(down, known, listed)
    if (group.alert === null) {
      if (down < membersNeeded(ref, listed)) return
      const labels = { [conditionOf(ref, 'group').by]: group.value }
      group.alert = this.#log.fire(ref, subject, labels, now, text, null)
    } else if (down + lost === 0 && !group.isRestored) {
      this.#log.resolve(group.alert, subject, now, text, null)
      group.alert = null
    }
  }
}

/** An alert of a group, while rules are read again. */
export interface FiringGroup {
  readonly alert: FiringAlert
  readonly subject: Subject
  readonly isRestored: boolean
}

function nameOf(ref: RuleRef, { group }: Subject): string {
  return JSON.stringify([ref.rule.name, group])
}

function count(group: Group, member: Member, by: number): void {
  if (member === 'pending') group.pending += by
  if (member === 'up' || member === 'down') group.known += by
  if (member === 'down') group.down += by
  if (member === 'lost') group.lost += by
}
