import type { AlertKind, AlertRule } from '../alert-rule.ts'
import { GroupRows } from './group-rows.ts'
import type { Acknowledgement, AlertRow, GroupRow } from './planner-state.ts'
import { toldSteps } from './told-steps.ts'

/**
 * How long repeats and escalations that are due after a restart wait until each of their alerts was seen, in ms: most URLs are polled within that
 * time. Then they tell of those that were.
 */
const UNSEEN_MS = 300_000

/** One group of alerts: which of them are where, and when it is next to be looked at. Times are in ms since the epoch. */
export class AlertGroup extends GroupRows {
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
  /** Until when what is due waits for alerts of an earlier run to be seen. */
  #unseenUntil = -Infinity

  constructor({ key, rule, kind }: Pick<GroupRow, 'key' | 'rule' | 'kind'>) {
    super()
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

  override set(row: AlertRow): void {
    super.set(row)
    // It may be told to those who come next.
    if (row.phase === 'told') this.isEscalationMuted = false
  }

  /** Its alerts are those of an earlier run. Nothing is told of one that fires before this run has seen it: it may be over since. */
  forgetSeen(now: number): void {
    this.markUnseen()
    this.#unseenUntil = now + UNSEEN_MS
  }

  override see(key: string): void {
    super.see(key)
    this.isEscalationMuted = false
  }

  /** What has turned is told after the wait of the rule; when all of it has turned back, nothing is. A wait of an earlier run goes on. */
  updateWait(rule: AlertRule | undefined, now: number): void {
    const unseen = this.countUnseen('waiting')
    const turned = this.count('waiting') - unseen + this.count('resolved') + this.count('unwatched')
    if (turned > 0) this.waitUntil ??= now + (rule?.groupWaitMs ?? 0)
    else if (unseen === 0) this.waitUntil = null
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
    if (rule?.repeatMs == null || this.count('told') === 0) return
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
    if (this.escalateFrom === null || this.acknowledged !== null || this.count('told') === 0) return Infinity
    const next = rule?.escalations[this.escalated]
    return next === undefined ? Infinity : this.#held(this.escalateFrom + next.afterMs)
  }

  /** When the next repeat is due; Infinity if none is. */
  get repeatDueAt(): number {
    return this.repeatAt === null ? Infinity : this.#held(this.repeatAt)
  }

  /** When something that is due then can be told of: it is not lost while nothing is known of any of its alerts. */
  #held(time: number): number {
    const unseen = this.countUnseen('told')
    if (unseen === 0) return time
    return unseen === this.count('told') ? Infinity : Math.max(time, this.#unseenUntil)
  }

  /** When there is something to do, unless alerts change before; Infinity if there is not. */
  dueAt(rule: AlertRule | undefined): number {
    const escalationAt = this.isEscalationMuted ? Infinity : this.escalationAt(rule)
    return Math.min(this.waitUntil ?? Infinity, this.repeatDueAt, escalationAt)
  }

  /** What waits for a mute to end. */
  get isMuted(): boolean {
    return this.count('muted') > 0 || this.isEscalationMuted
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
