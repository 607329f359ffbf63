import type { AlertKind, AlertRule } from '../alert-rule.ts'
import type { Acknowledgement, AlertPhase, AlertRow, GroupRow } from './planner-state.ts'
import { toldSteps } from './told-steps.ts'

/** One group of alerts: which of them are where, and when it is next to be looked at. Times are in ms since the epoch. */
export class AlertGroup {
  readonly key: string
  readonly rule: string
  readonly kind: AlertKind
  waitUntil: number | null = null
  repeatAt: number | null = null
  repeatBy: number | null = null
  escalateFrom: number | null = null
  escalated = 0
  /** Null: not known, of an older file. Bounded by the escalations that its rule has had. */
  escalatedTo: readonly (readonly string[])[] | null = []
  acknowledged: Acknowledgement | null = null
  firstId: string | null = null
  notified: readonly string[] = []
  /** An escalation is due, but all of its alerts are muted. */
  isEscalationMuted = false
  /** By key, in the order in which they fired. Bounded by the URLs and groups that a rule watches. */
  readonly #rows = new Map<string, AlertRow>()
  readonly #counts: Record<AlertPhase, number> = { waiting: 0, muted: 0, told: 0, resolved: 0, unwatched: 0 }

  constructor({ key, rule, kind }: Pick<GroupRow, 'key' | 'rule' | 'kind'>) {
    this.key = key
    this.rule = rule
    this.kind = kind
  }

  /** A group that was saved. `shift`: time that is not counted, in ms. */
  static restore(row: GroupRow, shift: number): AlertGroup {
    const group = new AlertGroup(row)
    const shifted = (time: number | null) => (time === null ? null : time + shift)
    group.waitUntil = shifted(row.waitUntil)
    group.repeatAt = shifted(row.repeatAt)
    group.repeatBy = shifted(row.repeatBy ?? null)
    group.escalateFrom = shifted(row.escalateFrom)
    group.escalated = row.escalated
    group.escalatedTo = row.escalatedTo ?? (row.escalated === 0 ? [] : null)
    group.acknowledged = row.acknowledged
    group.firstId = row.firstId
    group.notified = row.notified
    return group
  }

  get row(): GroupRow {
    const { key, rule, kind, firstId, notified } = this
    const { waitUntil, repeatAt, repeatBy, escalateFrom, escalated, escalatedTo, acknowledged } = this
    const times = { waitUntil, repeatAt, repeatBy, escalateFrom }
    const steps = { escalated, ...(escalatedTo !== null && { escalatedTo }) }
    return { key, rule, kind, ...times, ...steps, acknowledged, firstId, notified }
  }

  get rows(): Iterable<AlertRow> {
    return this.#rows.values()
  }

  get size(): number {
    return this.#rows.size
  }

  count(phase: AlertPhase): number {
    return this.#counts[phase]
  }

  get(key: string): AlertRow | undefined {
    return this.#rows.get(key)
  }

  set(row: AlertRow): void {
    const before = this.#rows.get(row.alert.key)
    if (before !== undefined) this.#counts[before.phase] -= 1
    this.#counts[row.phase] += 1
    this.#rows.set(row.alert.key, row)
    // It may be told to those who come next.
    if (row.phase === 'told') this.isEscalationMuted = false
  }

  delete(key: string): void {
    const before = this.#rows.get(key)
    if (before === undefined) return
    this.#counts[before.phase] -= 1
    this.#rows.delete(key)
  }

  /** What has turned is told after the wait of the rule; when all of it has turned back, nothing is. */
  updateWait(rule: AlertRule | undefined, now: number): void {
    const { waiting, resolved, unwatched } = this.#counts
    if (waiting + resolved + unwatched === 0) this.waitUntil = null
    else this.waitUntil ??= now + (rule?.groupWaitMs ?? 0)
  }

  /** What has turned is told now. */
  endWait(now: number): void {
    if (this.waitUntil !== null) this.waitUntil = Math.min(this.waitUntil, now)
  }

  /**
   * Alerts were told: the next repeat is counted from now, so that none of them is told twice within a short time. Those told before are
   * not named now, so they wait for one more interval at most, however many join.
   */
  putOffRepeat(repeatMs: number, now: number): void {
    if (this.repeatAt === null) this.repeatAt = now + repeatMs
    else {
      this.repeatBy ??= this.repeatAt + repeatMs
      this.repeatAt = Math.max(this.repeatAt, Math.min(now + repeatMs, this.repeatBy))
    }
  }

  /** Rules may have got another time to repeat. */
  limitRepeat(rule: AlertRule | undefined, now: number): void {
    if (rule?.repeatMs == null || this.#counts.told === 0) return
    this.repeatAt = Math.min(this.repeatAt ?? Infinity, now + rule.repeatMs)
  }

  /** The rule was read, maybe by another run: who was told is not told again. Returns whether that changes anything. */
  keepEscalated(rule: AlertRule | undefined): boolean {
    if (rule === undefined) return false
    const { escalated } = this
    this.escalatedTo ??= rule.escalations.slice(0, escalated).map(({ to }) => to)
    this.escalated = toldSteps(this.escalatedTo, rule.escalations)
    return this.escalated !== escalated
  }

  /** Another escalation is told. Returns its receivers. */
  escalate(rule: AlertRule): readonly string[] {
    const to = rule.escalations[this.escalated]?.to ?? []
    this.escalated += 1
    this.escalatedTo = [...(this.escalatedTo ?? []), to]
    return to
  }

  /** Escalations begin with the first one again, once something is told. */
  restartEscalations(): void {
    this.escalateFrom = null
    this.escalated = 0
    this.escalatedTo = []
  }

  /** When the next escalation is due; Infinity if none is. */
  escalationAt(rule: AlertRule | undefined): number {
    if (this.escalateFrom === null || this.acknowledged !== null || this.#counts.told === 0) return Infinity
    const next = rule?.escalations[this.escalated]
    return next === undefined ? Infinity : this.escalateFrom + next.afterMs
  }

  /** When there is something to do, unless alerts change before; Infinity if there is not. */
  dueAt(rule: AlertRule | undefined): number {
    const escalationAt = this.isEscalationMuted ? Infinity : this.escalationAt(rule)
    return Math.min(this.waitUntil ?? Infinity, this.repeatAt ?? Infinity, escalationAt)
  }

  /** What waits for a mute to end. */
  get isMuted(): boolean {
    return this.#counts.muted > 0 || this.isEscalationMuted
  }

  /** All who were told know that it is over: what fires from now on is told as if it were new. */
  end(): void {
    this.repeatAt = null
    this.repeatBy = null
    this.restartEscalations()
    this.acknowledged = null
    this.firstId = null
    this.notified = []
    this.isEscalationMuted = false
  }
}
