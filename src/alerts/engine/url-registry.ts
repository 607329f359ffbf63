import type { ResourceId } from '../../resource/resource.ts'
import type { AlertRule } from '../alert-rule.ts'
import type { Alert } from '../alert.ts'
import { AlertLog } from './alert-log.ts'
import type { EngineOptions } from './engine-options.ts'
import { memberOf } from './group-members.ts'
import { Groups } from './groups.ts'
import { LabelSets } from './label-sets.ts'
import { areSameLabels } from './label-test.ts'
import type { LabelValues } from './label-test.ts'
import { RestoredAlerts, takenOver } from './restored-alerts.ts'
import { RuleIndex } from './rule-index.ts'
import type { AppliedRules } from './rule-ref.ts'
import { UrlAlerts } from './url-alerts.ts'
import { UrlTable } from './url-table.ts'
import { WatchedUrls } from './watched-urls.ts'

/** Which URLs there are and which rules hold for each; ends the alerts of those that leave. */
export class UrlRegistry {
  readonly log: AlertLog
  readonly table = new UrlTable()
  readonly groups: Groups
  readonly alerts: UrlAlerts
  readonly watched: WatchedUrls
  readonly #compile: EngineOptions['compile']
  readonly #restored = new RestoredAlerts()
  readonly #sets: LabelSets
  #index: RuleIndex

  constructor(rules: readonly AlertRule[], { hash, compile }: EngineOptions) {
    this.#compile = compile
    this.#index = new RuleIndex(rules, compile)
    this.#sets = new LabelSets(this.#index)
    this.log = new AlertLog(hash)
    this.groups = new Groups(this.log, this.#restored)
    this.alerts = new UrlAlerts(this.log, this.table, this.#sets)
    this.watched = new WatchedUrls(this.alerts)
  }

  /** Whether any rule has `uptime`. */
  get hasUptime(): boolean {
    return this.#index.has('uptime')
  }

  /** The rules that hold for a URL. */
  rulesOf(id: ResourceId): AppliedRules {
    return this.#sets.rules(this.table.labels(id))
  }

  labelsOf(id: ResourceId): LabelValues {
    return this.#sets.labels(this.table.labels(id))
  }

  #memberOf(id: ResourceId): ReturnType<typeof memberOf> {
    return memberOf(this.table.verdict(id), this.watched.get(id)?.known ?? null)
  }

  restore(alerts: readonly Alert[]): void {
    for (const alert of alerts) this.#restored.add(alert)
  }

  /** Forgets URLs without a mark. */
  endList(now: number): void {
    for (let id = 0 as ResourceId; id < this.table.limit; id++)
      if (this.table.has(id) && !this.table.isMarked(id)) this.forget(id, now)
  }

  /** No list is still to be read: ends restored alerts whose URL or group was not registered. */
  endRestored(now: number): void {
    this.groups.complete()
    for (const alert of this.#restored.takeAll()) this.log.unwatchRestored(alert, now)
  }

  register(id: ResourceId, generation: number, url: string, labels: string, now: number): void {
    if (this.table.hasGeneration(id, generation) && this.table.url(id) === url) {
      if (this.#sets.text(this.table.labels(id)) !== labels) this.#relabel(id, labels, now)
    } else {
      this.forget(id, now)
      this.table.add(id, generation, url, this.#sets.acquire(labels))
      const rules = this.rulesOf(id)
      if (rules.group.length > 0) this.groups.join(rules, this.labelsOf(id), 'pending')
      for (const alert of this.#restored.take({ url, group: '' })) this.#takeOver(id, alert, rules, now)
    }
    this.table.mark(id)
  }

  forget(id: ResourceId, now: number): void {
    if (!this.table.has(id)) return
    const member = this.#memberOf(id)
    const url = this.watched.get(id)
    if (url !== undefined) {
      this.alerts.endAll(url, now)
      this.watched.drop(url)
    }
    const rules = this.rulesOf(id)
    if (rules.group.length > 0) this.groups.leave(rules, this.labelsOf(id), member)
    this.#sets.release(this.table.labels(id))
    this.table.remove(id)
  }

  reconfigure(rules: readonly AlertRule[], now: number): void {
    const before = new Map([...this.watched.all()].map((url) => [url, this.rulesOf(url.id)]))
    const firing = this.groups.beginReload()
    this.#index = new RuleIndex(rules, this.#compile)
    this.#sets.reindex(this.#index)
    if (this.#index.has('group'))
      for (let id = 0 as ResourceId; id < this.table.limit; id++)
        if (this.table.has(id)) this.groups.join(this.rulesOf(id), this.labelsOf(id), this.#memberOf(id))
    this.groups.endReload(firing, now)
    for (const [url, old] of before) this.watched.replaceRules(url, old, this.rulesOf(url.id), now)
  }

  #relabel(id: ResourceId, text: string, now: number): void {
    const [labels, before] = [this.table.labels(id), this.rulesOf(id)]
    const member = this.#memberOf(id)
    if (before.group.length > 0) this.groups.leave(before, this.labelsOf(id), member)
    this.table.setLabels(id, this.#sets.acquire(text))
    const after = this.rulesOf(id)
    if (after.group.length > 0) this.groups.join(after, this.labelsOf(id), member)
    this.#sets.release(labels)
    const url = this.watched.get(id)
    if (url === undefined) return
    this.watched.replaceRules(url, before, after, now)
    for (const alert of url.alerts) this.log.relabel(alert, this.labelsOf(id))
  }

  /** An alert of an earlier run goes on, if its rule still holds. */
  #takeOver(id: ResourceId, alert: Alert, rules: AppliedRules, now: number): void {
    const ref = rules[alert.kind].find(({ rule }) => rule.name === alert.rule)
    if (ref === undefined) return this.log.unwatchRestored(alert, now)
    const firing = takenOver(alert, ref, this.log)
    this.watched.watch(id).alerts.push(firing)
    if (!areSameLabels(alert.labels, this.labelsOf(id))) this.log.relabel(firing, this.labelsOf(id))
  }
}
