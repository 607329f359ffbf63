import type { Alert, AlertChange } from '../alert.ts'
import type { AlertRule, Silence } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'
import { AlertBook } from './alert-book.ts'
import type { AlertGroup } from './alert-group.ts'
import { labelledNow } from './labels-now.ts'
import { makeNotification } from './make-notification.ts'
import { Mutes } from './mutes.ts'
import type { Maintenance } from './mutes.ts'
import type { PlannerOptions } from './planner-options.ts'
import { isFiring } from './planner-state.ts'
import type { AlertRow, GroupRow, PlannerTurn, SavedPlan } from './planner-state.ts'
import { rulesByName } from './rules-by-name.ts'
import { Silences } from './silences.ts'
import { TurnRecord } from './turn-record.ts'
import { turnGroup } from './turn-group.ts'

/** Decides who is told what, and when. Pure: time is an argument, in ms since the epoch of a clock that is never set back. */
export class NotificationPlanner {
  readonly #options: PlannerOptions
  readonly #silences: Silences
  readonly #mutes: Mutes
  readonly #record: TurnRecord
  readonly #book: AlertBook
  #rules: ReadonlyMap<string, AlertRule> = new Map()
  #now: number

  /**
   * Time between `saved.marks.savedAt` and `now` is not counted by waits, repeats and escalations. What fired then is told, repeated and escalated
   * once it was `seen`.
   */
  constructor(options: PlannerOptions, saved: SavedPlan, now: number) {
    this.#options = options
    this.#now = now
    this.#record = new TurnRecord(saved.marks)
    this.#silences = new Silences(options.compileMatch, saved.silences)
    this.#mutes = new Mutes(this.#silences)
    this.#book = new AlertBook(this.#record, this.#mutes, options.hash)
    this.#book.restore(saved, saved.marks === null ? 0 : now - saved.marks.savedAt, now)
    this.configure(options.rules, options.maintenance)
  }

  /** Takes the rules and windows of another configuration. Alerts of rules that it does not have are no longer watched. */
  configure(rules: readonly AlertRule[], maintenance: Maintenance): void {
    this.#rules = rulesByName(rules)
    for (const group of this.#book.groups)
      if (group.keepEscalated(this.#ruleOf(group))) this.#record.group(group.key)
    this.#mutes.configure(this.#rules, maintenance, this.firing())
    for (const { alert } of this.alerts())
      if (!this.#rules.has(alert.rule)) this.#book.unwatch(alert, this.#wallNow, this.#now)
    for (const group of this.#book.groups) group.limitRepeat(this.#ruleOf(group), this.#now)
  }

  /** Takes what the rules made of polls. What is to be told of it, `tick` returns: call it next, as after any other change. */
  apply(changes: readonly AlertChange[], now: number): void {
    this.#advance(now)
    for (const change of changes) this.#book.apply(change, this.#rules, this.#now)
  }

  /** Does what is due, and returns all that changed since the last call. `isLast`: the run ends. */
  tick(now: number, isLast = false): PlannerTurn {
    this.#unmute(now)
    for (const group of this.#book.groups) this.#turn(group)
    return this.#record.take(this.#now, this.#book, isLast)
  }

  /** Everything, as if all of it had changed: what a new state file begins with. */
  snapshot(): PlannerTurn {
    return {
      notifications: [],
      alerts: new Map(this.alerts().map((row) => [row.alert.key, row])),
      groups: new Map(this.groups().map((row) => [row.key, row])),
      silences: new Map(this.silences().map((silence) => [silence.id, silence])),
      marks: this.#record.marks(this.#now),
    }
  }

  /** What was to be told after a wait, also what is not muted any more, is told at the next `tick`: nobody will go on after it. */
  endWaits(now: number): void {
    this.#unmute(now)
    this.#book.endWaits(this.#now)
  }

  /** When `tick` is to be called next, unless something happens before, in ms since the epoch; Infinity: never. */
  nextDue(): number {
    let due = this.#silences.nextEnd - this.#mutes.wallOffset
    for (const group of this.#book.groups) {
      due = Math.min(due, group.dueAt(this.#ruleOf(group)))
      if (group.isMuted) due = Math.min(due, this.#mutes.changeAt)
    }
    return Math.max(this.#now, this.#book.size === 0 ? due : Math.min(due, this.#record.saveAt))
  }

  /** Takes a silence, or another form of the one with its id. `wallNow`: what the machine's clock says. Returns false if there are MAX_SILENCES. */
  silence(silence: Silence, wallNow = this.#wallNow): boolean {
    const kept = { ...silence, hasBegun: silence.from <= wallNow }
    if (!this.#silences.set(kept)) return false
    this.#record.silence(silence.id, kept)
    this.#mutes.invalidate()
    return true
  }

  /** Ends a silence before its time. Returns false if there is none. */
  endSilence(id: string): boolean {
    if (!this.#silences.delete(id)) return false
    this.#record.silence(id, null)
    this.#mutes.invalidate()
    return true
  }

  /**
   * Somebody looks after a group, named by its key or that of one of its alerts: it is neither repeated nor escalated until an alert joins
   * it. Returns false if nothing of it fires that was told.
   */
  acknowledge(key: string, by: string, now: number): boolean {
    this.#advance(now)
    const group = this.#book.find(key)
    if (group === undefined || group.count('told') === 0) return false
    group.acknowledged = { by, at: this.#wallNow }
    this.#record.group(group.key)
    return true
  }

  /** Alerts that fire, with the labels that their URLs have now: what the engine is told after a restart. */
  firing(): readonly Alert[] {
    const rows = this.alerts().filter((row) => isFiring(row) && row.alert.kind !== 'changed')
    return rows.map(labelledNow)
  }

  /** All alerts, those of a group in the order in which they fired. */
  readonly alerts = (): readonly AlertRow[] =>
    Array.from(this.#book.groups, ({ rows }) => Array.from(rows)).flat()

  readonly groups = (): readonly GroupRow[] => Array.from(this.#book.groups, (group) => group.row)

  /** Those whom a rule names; nobody if the configuration does not have it. */
  readonly receiversOf = (rule: string): readonly string[] => this.#rules.get(rule)?.to ?? []

  readonly silences = (): readonly Silence[] => this.#silences.all

  /** Whether maintenance, a silence or another alert keeps an alert from being told. */
  readonly isMuted = (row: AlertRow): boolean => this.#mutes.has(row, this.#now)

  #unmute(now: number): void {
    this.#advance(now)
    for (const silence of this.#silences.begin(this.#wallNow)) this.#record.silence(silence.id, silence)
    for (const id of this.#silences.expire(this.#wallNow)) this.#record.silence(id, null)
    if (this.#mutes.takeChange(this.#now)) this.#book.unmute(this.#ruleOf, this.#now)
  }

  #advance(now: number): void {
    this.#now = Math.max(this.#now, now)
    this.#mutes.wallOffset = this.#options.wallOffset?.() ?? 0
  }

  /** The time that people see, in ms since the epoch. */
  get #wallNow(): number {
    return this.#now + this.#mutes.wallOffset
  }

  readonly #ruleOf = (group: AlertGroup): AlertRule | undefined => this.#rules.get(group.rule)

  #turn(group: AlertGroup): void {
    const isTurned = turnGroup(group, this.#ruleOf(group), {
      now: this.#now,
      isMuted: this.isMuted,
      set: (row) => this.#book.set(group, row),
      delete: (key) => this.#book.delete(group, key),
      notify: (cause, alerts, receivers) => this.#notify(group, cause, alerts, receivers),
    })
    if (isTurned) this.#record.group(group.key)
    if (group.size === 0) this.#book.drop(group)
  }

  #notify(
    group: AlertGroup,
    cause: Notification['cause'],
    alerts: readonly Alert[],
    receivers: readonly string[],
  ): void {
    const sequence = this.#record.nextSequence()
    // With the time: a sequence that could not be written is used again after a crash, for something else.
    const { hash, instance, current } = this.#options
    const id = hash(JSON.stringify(['notification', instance, sequence, this.#now]))
    group.firstId ??= id
    const notification = makeNotification(alerts, current, {
      id,
      groupKey: group.key,
      firstId: group.firstId,
      cause,
      rule: group.rule,
      kind: group.kind,
      firing: group.count('told'),
      at: this.#wallNow,
      link: this.#options.linkTo(alerts),
    })
    this.#record.notify({ sequence, notification, receivers })
  }
}
