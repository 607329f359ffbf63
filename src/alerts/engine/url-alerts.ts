import type { AlertLog } from './alert-log.ts'
import { conditionOf, dueOf, hasLasted } from './conditions.ts'
import { Flapping, forgetTurns, isFlapping } from './flapping.ts'
import type { LabelSets } from './label-sets.ts'
import type { AppliedRules, RuleRef } from './rule-ref.ts'
import { anewText, uptimeText } from './summary.ts'
import type { UptimeAnswer } from './uptime-round.ts'
import type { UrlTable } from './url-table.ts'
import { UrlTurns } from './url-turns.ts'
import type { WatchedUrl } from './watched-url.ts'

/** Begins and ends the alerts of one URL, as its polls and the time demand. */
export class UrlAlerts {
  readonly #log: AlertLog
  readonly #table: UrlTable
  readonly #turns: UrlTurns
  readonly #flapping: Flapping

  constructor(log: AlertLog, table: UrlTable, sets: LabelSets) {
    this.#log = log
    this.#table = table
    this.#turns = new UrlTurns(log, table, sets)
    this.#flapping = new Flapping(table, this.#turns)
  }

  /** A URL has turned from up to down or back. */
  turn(url: WatchedUrl, { flapping }: AppliedRules, now: number): void {
    this.#flapping.turn(url, flapping, now)
  }

  /** A poll has been counted. */
  polled(url: WatchedUrl, rules: AppliedRules, durationMs: number, now: number): void {
    this.passed(url, rules, now)
    if (this.#table.verdict(url.id) === 'up') this.#slow(url, rules.slow, durationMs, now)
    const left = this.#table.certificateLeft(url.id)
    if (Number.isNaN(left)) return
    for (const ref of rules.certificate) this.#turns.measured(url, ref, left, now, now)
  }

  /** Time has passed, or the rules are others. Before the first poll of a URL nothing changes. */
  passed(url: WatchedUrl, rules: AppliedRules, now: number): void {
    this.#flapping.settle(url, rules.flapping, now)
    const verdict = this.#table.verdict(url.id)
    if (!isFlapping(url))
      for (const ref of rules.down) {
        const lasting = conditionOf(ref, 'down')
        if (url.firing(ref) === undefined) {
          if (verdict === 'down' && hasLasted(lasting, url.downPolls, url.downSince, now))
            this.#turns.fire(url, ref, url.downSince, now)
        } else if (verdict === 'up' && hasLasted(ref.rule.conditions.up, url.upPolls, url.upSince, now))
          this.#turns.set(url, ref, false, url.upSince, now)
      }
    if (verdict === 'pending') return
    for (const ref of rules.unknown)
      if (verdict !== 'unknown') this.#turns.set(url, ref, false, now, now)
      else if (now - url.unknownSince >= conditionOf(ref, 'unknownMs'))
        this.#turns.set(url, ref, true, url.unknownSince, now)
  }

  /** When it has to be looked at without a poll, in ms; Infinity: never. */
  dueAt(url: WatchedUrl, rules: AppliedRules): number {
    const verdict = this.#table.verdict(url.id)
    let due = this.#flapping.dueAt(url, rules.flapping)
    const consider = (at: number) => {
      if (at < due) due = at
    }
    if (!isFlapping(url))
      for (const ref of rules.down)
        if (url.firing(ref) === undefined) {
          if (verdict === 'down') consider(dueOf(conditionOf(ref, 'down'), url.downSince))
        } else if (verdict === 'up') consider(dueOf(ref.rule.conditions.up, url.upSince))
    if (verdict === 'unknown')
      for (const ref of rules.unknown)
        if (url.firing(ref) === undefined) consider(url.unknownSince + conditionOf(ref, 'unknownMs'))
    return due
  }

  /** Whether nothing has to be remembered of a URL. */
  isQuiet(url: WatchedUrl, rules: AppliedRules, now: number): boolean {
    forgetTurns(url, rules.flapping, now)
    const verdict = this.#table.verdict(url.id)
    if (verdict === 'down' || verdict === 'unknown') return false
    return url.alerts.length === 0 && url.turns.length === 0 && url.slowSince === null
  }

  /** There are other rules for a URL. Alerts of those that still hold for it go on. */
  replaceRules(url: WatchedUrl, before: AppliedRules, rules: AppliedRules, now: number): void {
    const limits = new Set(rules.slow.map((ref) => conditionOf(ref, 'slow').overMs))
    for (const limit of url.slowSince?.keys() ?? []) if (!limits.has(limit)) url.slowSince?.delete(limit)
    if (url.slowSince?.size === 0) url.slowSince = null
    forgetTurns(url, before.flapping, now)
    for (const alert of url.alerts) {
      const ref = rules[alert.ref.kind].find(({ rule }) => rule.name === alert.ref.rule.name)
      if (ref === undefined) this.#turns.unwatch(url, alert, now)
      else alert.ref = ref
    }
    forgetTurns(url, rules.flapping, now)
  }

  /** A URL leaves the lists. */
  endAll(url: WatchedUrl, now: number): void {
    for (const alert of url.alerts) this.#turns.unwatch(url, alert, now)
  }

  /** The history has told the uptime of a URL. */
  uptime(url: WatchedUrl, ref: RuleRef, { share, isAnew }: UptimeAnswer, now: number): void {
    const firing = url.firing(ref)
    const text = uptimeText(ref, share)
    if (firing !== undefined) this.#log.see(firing)
    if (firing !== undefined && isAnew) this.#turns.unwatch(url, firing, now, anewText(text))
    else this.#turns.measured(url, ref, share, now, now, text)
  }

  #slow(url: WatchedUrl, refs: readonly RuleRef[], durationMs: number, now: number): void {
    for (const ref of refs) {
      const { overMs, forMs } = conditionOf(ref, 'slow')
      if (durationMs > overMs) {
        url.slowSince ??= new Map()
        const since = url.slowSince.get(overMs) ?? now
        url.slowSince.set(overMs, since)
        if (now - since >= forMs) this.#turns.measured(url, ref, durationMs, since, now)
      } else {
        url.slowSince?.delete(overMs)
        this.#turns.measured(url, ref, durationMs, now, now)
      }
    }
    if (url.slowSince?.size === 0) url.slowSince = null
  }
}
