import type { ResourceTable } from '../resource/resource-table.ts'
import { redactUrl } from '../resource/redact-url.ts'
import type { PolledResource, ResourceId, Url } from '../resource/resource.ts'
import type { SettlingRules, Thresholds } from '../resource/settling-rules.ts'
import type { EarlierState } from './earlier-state.ts'
import { SettledVerdicts } from './settled-verdicts.ts'
import type { Parent } from './parents.ts'
import type { UrlSettling } from './settling.ts'

/** Where the rules come from. */
export interface SettlingRulesSource {
  /** The rules of the Resources with a profile; null for none. */
  settlingRules(profile: number): SettlingRules | null
  /** Whether any Resource has some. */
  readonly settles: boolean
}

/** With --once, a single poll decides. */
const AT_ONCE: Thresholds = { downAfter: 1, upAfter: 1 }

/**
 * Main's part: what it knows of URLs with settling rules, so that a monitor that replaces another goes on with the same verdicts.
 * Resources themselves carry what the last poll found, which second attempts and the check of the uplink need.
 */
export class KnownSettling {
  readonly #table: ResourceTable
  readonly #source: SettlingRulesSource
  readonly #isOnce: boolean
  readonly #verdicts = new SettledVerdicts()

  /** `isOnce`: thresholds have no effect. */
  constructor(table: ResourceTable, source: SettlingRulesSource, isOnce: boolean) {
    this.#isOnce = isOnce
    this.#table = table
    this.#source = source
  }

  /** Takes note of polled Resources. */
  returned(resources: readonly PolledResource[]): void {
    if (!this.#source.settles) return
    for (const { id, verdict } of resources) {
      const rules = this.#source.settlingRules(this.#table.profile(id))
      if (rules !== null) this.#verdicts.add(id, this.#table.generation(id), verdict, this.#thresholds(rules))
    }
  }

  /** Whether a URL is up after this poll, as far as main knows: it is not told of parents. */
  isUp({ id, verdict }: PolledResource): boolean {
    if (verdict !== 'up' || !this.#source.settles) return verdict === 'up'
    if (this.#source.settlingRules(this.#table.profile(id)) === null) return true
    return this.#verdicts.get(id, this.#table.generation(id)).verdict === 'up'
  }

  /** Takes what an earlier run knew of a URL. */
  restore(id: ResourceId, { verdict, answer, consecutive }: EarlierState): void {
    if (!this.#source.settles || this.#source.settlingRules(this.#table.profile(id)) === null) return
    const settled = verdict === 'unknown' ? answer : verdict
    this.#verdicts.set(id, this.#table.generation(id), { verdict: settled, answer, consecutive })
  }

  /** The rules of a URL and what is known of it; null without rules. */
  of(id: ResourceId): UrlSettling | null {
    const number = this.#table.profile(id)
    const rules = this.#source.settlingRules(number)
    if (rules === null) return null
    const findings = this.#verdicts.get(id, this.#table.generation(id))
    return {
      number,
      thresholds: this.#thresholds(rules),
      parent: rules.parent === null ? null : this.#parent(rules.parent),
      findings,
    }
  }

  #thresholds(rules: Thresholds): Thresholds {
    return this.#isOnce ? AT_ONCE : rules
  }

  #parent(url: Url): Parent {
    const id = this.#table.find(url)
    if (id === null || this.#table.isLeaving(id)) return { name: redactUrl(url), id: null }
    return { name: this.#table.displayName(id), id }
  }
}
