import type { Alert } from '../alert.ts'
import type { AlertRule } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'
import type { AlertGroup } from './alert-group.ts'
import type { AlertRow } from './planner-state.ts'

/** What a group needs of the planner. */
export interface GroupContext {
  /** In ms since the epoch. */
  readonly now: number
  isMuted(row: AlertRow): boolean
  set(row: AlertRow): void
  delete(key: string): void
  notify(cause: Notification['cause'], alerts: readonly Alert[], receivers: readonly string[]): void
}

/** Does what is due of a group. `rule` is undefined when it has left the configuration. Returns whether anything was due. */
export function turnGroup(group: AlertGroup, rule: AlertRule | undefined, context: GroupContext): boolean {
  if (group.dueAt(rule) > context.now) return false
  if ((group.waitUntil ?? Infinity) <= context.now) flush(group, rule, context)
  const escalatedTo = new Set<string>()
  if (rule !== undefined)
    while (!group.isEscalationMuted && group.escalationAt(rule) <= context.now)
      for (const receiver of escalate(group, rule, context)) escalatedTo.add(receiver)
  if (group.repeatDueAt <= context.now) repeat(group, rule, escalatedTo, context)
  return true
}

/** Tells what turned while the group waited: first what fires, then what is over. */
function flush(group: AlertGroup, rule: AlertRule | undefined, context: GroupContext): void {
  group.waitUntil = null
  const rows = [...group.rows]
  const resolved = rows.filter(({ phase }) => phase === 'resolved')
  const unwatched = rows.filter(({ phase }) => phase === 'unwatched')
  const fired = rule === undefined ? [] : takeFired(group, rows, context)
  for (const { alert } of [...resolved, ...unwatched]) context.delete(alert.key)
  if (rule !== undefined && fired.length > 0) tellFired(group, rule, fired, context)
  if (resolved.length > 0) context.notify('resolved', resolved.map(alertOf), group.notified)
  if (unwatched.length > 0) context.notify('unwatched', unwatched.map(alertOf), group.notified)
  if (group.count('told') === 0) group.end()
}

const alertOf = ({ alert }: AlertRow): Alert => alert

/** Those that fire, are not told yet and may be told now. A change of a URL is over once it was told, or was not since it is muted. */
function takeFired(group: AlertGroup, rows: readonly AlertRow[], context: GroupContext): readonly AlertRow[] {
  const untold = rows.filter(
    ({ phase, alert: { key } }) => (phase === 'waiting' || phase === 'muted') && !group.isUnseen(key),
  )
  const fired = []
  for (const row of untold) {
    const isMuted = context.isMuted(row)
    if (!isMuted) fired.push(row)
    if (group.kind === 'changed') context.delete(row.alert.key)
    else context.set({ ...row, phase: isMuted ? 'muted' : 'told' })
  }
  return fired
}

function tellFired(
  group: AlertGroup,
  rule: AlertRule,
  fired: readonly AlertRow[],
  context: GroupContext,
): void {
  if (group.acknowledged !== null) {
    // It was for what had fired by then.
    group.acknowledged = null
    group.restartEscalations()
  }
  group.escalateFrom ??= context.now
  if (rule.repeatMs !== null) group.putOffRepeat(rule.repeatMs, context.now)
  tell(group, 'new', fired.map(alertOf), audience(group, rule), context)
}

/** Tells those who come next of all that still fires. Returns who was told. */
function escalate(group: AlertGroup, rule: AlertRule, context: GroupContext): readonly string[] {
  const alerts = audible(group, context)
  group.isEscalationMuted = alerts.length === 0
  if (group.isEscalationMuted) return []
  const to = group.escalate(rule)
  tell(group, 'escalation', alerts, to, context)
  return to
}

/** Tells all of what still fires, except `escalatedTo`: an escalation that was due at the same moment told them just now. */
function repeat(
  group: AlertGroup,
  rule: AlertRule | undefined,
  escalatedTo: ReadonlySet<string>,
  context: GroupContext,
): void {
  const repeatMs = rule?.repeatMs ?? null
  group.repeatAt = repeatMs === null ? null : context.now + repeatMs
  group.repeatBy = null
  if (rule === undefined || repeatMs === null || group.acknowledged !== null) return
  const alerts = audible(group, context)
  const receivers = audience(group, rule).filter((receiver) => !escalatedTo.has(receiver))
  if (alerts.length > 0 && receivers.length > 0) tell(group, 'repeat', alerts, receivers, context)
}

/** What was told, still fires, as far as this run has seen, and is not muted. */
function audible(group: AlertGroup, context: GroupContext): readonly Alert[] {
  return [...group.rows]
    .filter((row) => row.phase === 'told' && !group.isUnseen(row.alert.key) && !context.isMuted(row))
    .map(alertOf)
}

/** The receivers of the rule, and those of the escalations that were told. */
function audience(group: AlertGroup, { to, escalations }: AlertRule): readonly string[] {
  return [...new Set([...to, ...escalations.slice(0, group.escalated).flatMap((step) => step.to)])]
}

function tell(
  group: AlertGroup,
  cause: Notification['cause'],
  alerts: readonly Alert[],
  receivers: readonly string[],
  context: GroupContext,
): void {
  // The end of a change is not told.
  if (group.kind !== 'changed') group.notified = [...new Set([...group.notified, ...receivers])]
  context.notify(cause, alerts, receivers)
}
