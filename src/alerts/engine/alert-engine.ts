import type { ResourceId } from '../../resource/resource.ts'
import type { AlertRule } from '../alert-rule.ts'
import type { Alert, AlertChange } from '../alert.ts'
import type { AlertPoll } from './alert-poll.ts'
import { knownStateOf, tellChange } from './changed-state.ts'
import { conditionOf, hasCause } from './conditions.ts'
import { currentAlert } from './current-alert.ts'
import type { EngineOptions } from './engine-options.ts'
import { memberOf } from './group-members.ts'
import { seeRestored } from './restored-alerts.ts'
import type { RuleRef } from './rule-ref.ts'
import { UptimeRound } from './uptime-round.ts'
import type { UptimeAnswer } from './uptime-round.ts'
import { UrlRegistry } from './url-registry.ts'
import type { WatchedUrl } from './watched-url.ts'

/** What is seen of a URL whose verdict is lost. */
const LOST = ['parent', 'the parent is down'] as const

/**
 * Turns polls into alerts that begin and end, by rules. Every `now` is in ms of one clock that is never set; an earlier one than
 * before counts as the one before. Memory is bounded by the URLs: some 45 bytes and the text for one that is just up.
 */
export class AlertEngine {
  readonly #urls: UrlRegistry
  readonly #uptime: UptimeRound
  #now = Number.NEGATIVE_INFINITY
  /** URLs whose alerts fire, by the keys of these; null: not known since something has changed. */
  #firing: ReadonlyMap<string, WatchedUrl> | null = null

  /** `rules`: in the order of the configuration, with different names. */
  constructor(rules: readonly AlertRule[], options: EngineOptions) {
    this.#urls = new UrlRegistry(rules, options)
    this.#uptime = new UptimeRound(
      this.#urls.table,
      options,
      (id) => this.#urls.rulesOf(id),
      (id, ref) => this.#urls.watched.get(id)?.firing(ref)?.since ?? null,
      (id, ref, answer) => this.#setUptime(id, ref, answer),
    )
  }

  /** Alerts that fired in an earlier run: they go on, and are not told again. Call it before their URLs are registered. */
  restore(alerts: readonly Alert[]): void {
    this.#urls.restore(alerts)
  }

  /** All URLs of the lists are about to be registered, also those that are known. */
  beginList(): void {
    this.#urls.table.clearMarks()
  }

  /** They are registered: all others have left the lists. */
  endList(now: number): void {
    this.#urls.endList(this.#advance(now))
  }

  /** A list is still to be read: groups do not fire by a share of those that are known, for some minutes. Call it before their first poll. */
  awaitLists(now: number): void {
    this.#urls.groups.awaitLists(this.#advance(now))
  }

  /** No list is still to be read: restored alerts that are about none of the URLs, or about rules that are gone, end. */
  endRestored(now: number): void {
    this.#urls.endRestored(this.#advance(now))
  }

  /**
   * A URL is on the lists; one that is known can have other labels. `url`: without credentials, different for each id. `labels`: one
   * JSON object of texts; '' for none. Throws a RangeError if one of them is over 65,535 bytes.
   */
  register(id: ResourceId, generation: number, url: string, labels: string, now: number): void {
    this.#urls.register(id, generation, url, labels, this.#advance(now))
  }

  /** Whether there is this URL, not one that had its id before or has it now. */
  has(id: ResourceId, generation: number): boolean {
    return this.#urls.table.hasGeneration(id, generation)
  }

  /** A URL has left the lists: its alerts end. Nothing happens if there is none with this id. */
  forget(id: ResourceId, now: number): void {
    this.#urls.forget(id, this.#advance(now))
  }

  /** The rules are others. Alerts of rules that are still there, by name, and still hold for their URL go on; others end. */
  reconfigure(rules: readonly AlertRule[], now: number): void {
    this.#urls.reconfigure(rules, this.#advance(now))
  }

  /** A URL was polled. Ignored if it has left the lists. */
  poll(poll: AlertPoll, now: number): void {
    const { id, verdict } = poll
    const { table, watched, groups, alerts, log } = this.#urls
    if (!table.hasGeneration(id, poll.generation)) return
    const time = this.#advance(now)
    const before = table.verdict(id)
    const rules = this.#urls.rulesOf(id)
    let url = watched.get(id)
    // Most polls find a URL up that was up: nothing has to be compared or remembered.
    const isNews = verdict !== before || rules.changed.length > 0
    const known = isNews ? knownStateOf(table.seen(id), url) : null
    table.set(poll)
    if (verdict !== before && rules.group.length > 0) {
      const [from, to] = [memberOf(before, url?.known ?? null), memberOf(verdict, known)]
      groups.turn(rules, this.#urls.labelsOf(id), from, to, time)
    }
    if (known !== null && rules.changed.length > 0)
      tellChange(log, table.url(id), () => this.#urls.labelsOf(id), known, table.seen(id), rules, time)
    const isUp = url === undefined && verdict === 'up'
    if (isUp && !hasCause(rules, poll.durationMs, table.certificateLeft(id))) return
    url ??= watched.watch(id)
    if (verdict !== 'unknown') url.known = null
    else if (isNews) url.known = known
    url.count(verdict, time)
    if (known !== null && verdict !== 'unknown' && verdict !== known.verdict) alerts.turn(url, rules, time)
    seeRestored(url, verdict, log)
    alerts.polled(url, rules, poll.durationMs, time)
    watched.settle(url, rules, time)
  }

  /** What was known of a URL counts no more, since its parent is down. `at`: in ms since the epoch, shown. */
  verdictLost(id: ResourceId, at: number, now: number): void {
    const { table, watched, groups, alerts } = this.#urls
    if (!table.has(id)) return
    const before = table.verdict(id)
    if (before === 'pending' || before === 'unknown') return
    const time = this.#advance(now)
    const rules = this.#urls.rulesOf(id)
    const url = watched.watch(id)
    url.known = knownStateOf(table.seen(id), url)
    table.loseVerdict(id, at, ...LOST)
    if (rules.group.length > 0)
      groups.turn(rules, this.#urls.labelsOf(id), before, memberOf('unknown', url.known), time)
    url.startUnknown(time)
    alerts.passed(url, rules, time)
    watched.settle(url, rules, time)
  }

  /**
   * Time has passed. Call it about once a second. It looks at no more than `limit` of the URLs that are due: returns true if others may be,
   * which the next call looks at.
   */
  tick(now: number, limit = Number.POSITIVE_INFINITY): boolean {
    const { watched, groups, alerts } = this.#urls
    const time = this.#advance(now)
    groups.tick(time)
    if (this.#urls.hasUptime) this.#uptime.tick(time)
    for (let looked = 0; looked < limit; looked++) {
      const url = watched.takeDue(time)
      if (url === null) return false
      const rules = this.#urls.rulesOf(url.id)
      alerts.passed(url, rules, time)
      watched.settle(url, rules, time)
    }
    return true
  }

  /** How many URLs are not just up: what is remembered of each of them takes some hundred bytes. */
  get watched(): number {
    return this.#urls.watched.size
  }

  /** An alert that was taken, with what the last poll saw, or of a group as it is now: it may have been taken hours ago. */
  readonly current = (alert: Alert): Alert => {
    const { groups, watched, table } = this.#urls
    if (alert.kind === 'group') return groups.current(alert, this.#now)
    this.#firing ??= new Map(
      Array.from(watched.all(), (url) => url.alerts.map(({ key }) => [key, url] as const)).flat(),
    )
    const url = this.#firing.get(alert.key)
    return url === undefined ? alert : currentAlert(alert, url, table.seen(url.id), this.#now)
  }

  /** What has changed since the last call, in order. */
  takeChanges(): AlertChange[] {
    return this.#urls.log.take()
  }

  #advance(now: number): number {
    this.#now = Math.max(this.#now, now)
    this.#firing = null
    return this.#now
  }

  #setUptime(id: ResourceId, ref: RuleRef, answer: UptimeAnswer): void {
    const { watched, alerts } = this.#urls
    const isBelow = answer.share < conditionOf(ref, 'uptime').below
    const url = watched.get(id) ?? (isBelow ? watched.watch(id) : null)
    if (url === null) return
    alerts.uptime(url, ref, answer, this.#now)
    watched.settle(url, this.#urls.rulesOf(id), this.#now)
  }
}
