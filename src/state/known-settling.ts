import type { ResourceTable } from '../resource/resource-table.ts'
import { redactUrl } from '../resource/redact-url.ts'
import { NOT_POLLED } from '../resource/resource.ts'
import type { PolledResource, ResourceId, Url, Verdict } from '../resource/resource.ts'
import { MAX_PARENTS } from '../resource/settling-rules.ts'
import type { SettlingRules, Thresholds } from '../resource/settling-rules.ts'
import { NO_FINDINGS, SettledVerdicts } from './settled-verdicts.ts'
import type { Findings } from './settled-verdicts.ts'
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
  #verdicts = new SettledVerdicts()
  /** Whether any Resource had rules when some were last taken note of. */
  #settled = false

  /** `isOnce`: thresholds have no effect. */
  constructor(table: ResourceTable, source: SettlingRulesSource, isOnce: boolean) {
    this.#isOnce = isOnce
    this.#table = table
    this.#source = source
  }

  /** An earlier run has left a URL with this settled verdict, also where its last polls were `unknown`. */
  settledBefore(id: ResourceId, verdict: 'up' | 'down'): void {
    if (this.#rules(id) === null) return
    this.#settled = true
    this.#verdicts.set(id, this.#table.generation(id), { verdict, answer: verdict, consecutive: 1 })
  }

  /** Takes note of Resources that come back from pollers. Call it while the table still has what was known of them before. */
  returned(resources: readonly PolledResource[]): void {
    if (!this.#source.settles) {
      // What was found without rules counts for nothing when some come.
      if (this.#settled) this.#verdicts = new SettledVerdicts()
      this.#settled = false
      return
    }
    this.#settled = true
    for (const { id, dueAt, verdict } of resources) {
      if (dueAt === NOT_POLLED) continue
      const generation = this.#table.generation(id)
      const rules = this.#rules(id)
      if (rules === null) {
        this.#verdicts.forget(id)
        continue
      }
      if (!this.#verdicts.has(id, generation)) this.#verdicts.set(id, generation, this.#findings(id))
      // As the monitor counts: what is found while a parent is down says nothing of the URL.
      const answer = this.#isBelowDown(id, rules) ? 'unknown' : verdict
      this.#verdicts.add(id, generation, answer, this.#thresholds(rules))
    }
  }

  /** Whether a URL is up after this poll, as far as main knows: it is not told of parents. */
  isUp({ id, verdict }: PolledResource): boolean {
    if (verdict !== 'up' || !this.#source.settles) return verdict === 'up'
    if (this.#rules(id) === null) return true
    return this.#verdicts.get(id, this.#table.generation(id)).verdict === 'up'
  }

  /** Whether a URL is shown as down or unknown, as far as main knows: it is not told of parents. */
  isDownOrUnknown(id: ResourceId): boolean {
    return this.#table.verdict(id) === 'unknown' || this.#settledVerdict(id, this.#rules(id)) === 'down'
  }

  /** The rules of a URL and what is known of it; null without rules. */
  of(id: ResourceId): UrlSettling | null {
    const number = this.#table.profile(id)
    const rules = this.#source.settlingRules(number)
    if (rules === null) return null
    return {
      number,
      thresholds: this.#thresholds(rules),
      parent: rules.parent === null ? null : this.#parent(rules.parent),
      findings: this.#findings(id),
    }
  }

  /** Rules that are new for a URL begin with what its last poll found, or an earlier run. */
  #findings(id: ResourceId): Findings {
    const generation = this.#table.generation(id)
    if (this.#verdicts.has(id, generation)) return this.#verdicts.get(id, generation)
    const verdict = this.#table.verdict(id)
    if (verdict === 'pending' || verdict === 'unknown') return NO_FINDINGS
    return { verdict, answer: verdict, consecutive: 1 }
  }

  /** Whether a parent of a URL is down, or a parent of that. With --once the last poll of the parent decides, so nobody knows yet. */
  #isBelowDown(id: ResourceId, { parent }: SettlingRules): boolean {
    if (this.#isOnce) return false
    for (let n = 0; n < MAX_PARENTS && parent !== null; n++) {
      const above = this.#listed(parent)
      if (above === null || above === id) return false
      const rules = this.#rules(above)
      if (this.#table.verdict(above) !== 'unknown' && this.#settledVerdict(above, rules) === 'down')
        return true
      parent = rules?.parent ?? null
    }
    return false
  }

  #rules(id: ResourceId): SettlingRules | null {
    return this.#source.settlingRules(this.#table.profile(id))
  }

  /** The verdict of a URL with these rules, as far as main knows, if its last poll was not `unknown`. */
  #settledVerdict(id: ResourceId, rules: SettlingRules | null): Verdict {
    return rules === null ? this.#table.verdict(id) : this.#findings(id).verdict
  }

  #thresholds(rules: Thresholds): Thresholds {
    return this.#isOnce ? AT_ONCE : rules
  }

  #parent(url: Url): Parent {
    const id = this.#listed(url)
    return { name: id === null ? redactUrl(url) : this.#table.displayName(id), id }
  }

  /** Null: no list has this URL. */
  #listed(url: Url): ResourceId | null {
    const id = this.#table.find(url)
    return id === null || this.#table.isLeaving(id) ? null : id
  }
}
