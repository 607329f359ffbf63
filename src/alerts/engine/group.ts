import type { Subject } from './alert-log.ts'
import { conditionOf } from './conditions.ts'
import type { Member } from './group-members.ts'
import type { RuleRef } from './rule-ref.ts'
import { groupText } from './summary.ts'
import type { FiringAlert } from './watched-url.ts'

/** URLs that a rule matches and that share the value of a label, and how many of them are how. */
export interface Group extends Record<Member, number> {
  readonly ref: RuleRef
  readonly value: string
  readonly subject: Subject
  listed: number
  alert: FiringAlert | null
  /** The alert is of an earlier run, and members that were down then may be pending, or on a list that is still to be read. */
  isRestored: boolean
}

/** An alert of a group, while rules are read again. */
export interface FiringGroup {
  readonly alert: FiringAlert
  readonly subject: Subject
  readonly isRestored: boolean
}

/** A group without members. */
export function emptyGroup(ref: RuleRef, value: string): Group {
  const subject = { url: '', group: `${conditionOf(ref, 'group').by}=${value}` }
  const counts = { listed: 0, pending: 0, up: 0, down: 0, unknown: 0, lost: 0 }
  return { ref, value, subject, ...counts, alert: null, isRestored: false }
}

/** Whether more than half of a group was neither up nor down. */
export function isMostlyUnknown({ up, down, listed }: Group): boolean {
  return (up + down) * 2 < listed
}

/** How a group is. */
export function textOf({ up, down, listed }: Group): string {
  return groupText(down, up + down, listed)
}

/** The same for a group of a rule of this name when rules were read again. */
export function groupName(ref: RuleRef, { group }: Subject): string {
  return JSON.stringify([ref.rule.name, group])
}
