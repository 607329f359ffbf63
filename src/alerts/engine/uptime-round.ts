import type { ResourceId } from '../../resource/resource.ts'
import { conditionOf } from './conditions.ts'
import type { EngineOptions } from './engine-options.ts'
import type { UptimeShare } from '../uptime-share.ts'
import type { AppliedRules, RuleRef } from './rule-ref.ts'
import type { UrlTable } from './url-table.ts'

/** The shortest time between two questions about the same URL, in ms. */
const INTERVAL_MS = 60_000

/** Questions that wait for their answers. */
const MAX_WAITING = 100

/** Ids that are looked at in one slice. */
const SLICE = 10_000

/** What the history has said of a URL. */
export interface UptimeAnswer {
  readonly share: number
  /** The alert of the rule fires, and the history knows nothing of the time in which it began. */
  readonly isAnew: boolean
}

type UptimeOptions = Pick<EngineOptions, 'uptimeOf' | 'wallOffset'>

/** Asks the history for the uptime of all URLs of rules with `uptime`, one after the other, a slice at a time. */
export class UptimeRound {
  readonly #table: UrlTable
  readonly #options: UptimeOptions
  readonly #rulesOf: (id: ResourceId) => AppliedRules
  readonly #firedAt: (id: ResourceId, ref: RuleRef) => number | null
  readonly #answered: (id: ResourceId, ref: RuleRef, answer: UptimeAnswer) => void
  #next = 0
  #startedAt = Number.NEGATIVE_INFINITY
  #waiting = 0

  /** `firedAt`: null if the alert does not fire. `answered` gets the answers about URLs that are still listed and have this rule. */
  constructor(
    table: UrlTable,
    options: UptimeOptions,
    rulesOf: (id: ResourceId) => AppliedRules,
    firedAt: (id: ResourceId, ref: RuleRef) => number | null,
    answered: (id: ResourceId, ref: RuleRef, answer: UptimeAnswer) => void,
  ) {
    this.#table = table
    this.#options = options
    this.#rulesOf = rulesOf
    this.#firedAt = firedAt
    this.#answered = answered
  }

  /** Asks about some URLs. */
  tick(now: number): void {
    if (this.#next === 0) {
      if (now - this.#startedAt < INTERVAL_MS) return
      this.#startedAt = now
    }
    // One time for all of a slice: they go together to the recorder.
    const wallNow = now + this.#wallOffset
    const end = Math.min(this.#table.limit, this.#next + SLICE)
    for (; this.#next < end && this.#waiting < MAX_WAITING; this.#next++)
      this.#ask(this.#next as ResourceId, wallNow)
    if (this.#next >= this.#table.limit) this.#next = 0
  }

  /** Before its first poll nothing of a URL changes, so it is not asked for. */
  #ask(id: ResourceId, wallNow: number): void {
    if (!this.#table.has(id) || this.#table.verdict(id) === 'pending') return
    for (const ref of this.#rulesOf(id).uptime) void this.#askFor(id, ref, wallNow)
  }

  async #askFor(id: ResourceId, ref: RuleRef, wallNow: number): Promise<void> {
    const generation = this.#table.generation(id)
    const isSame = () =>
      this.#table.hasGeneration(id, generation) &&
      this.#table.verdict(id) !== 'pending' &&
      this.#rulesOf(id).uptime.includes(ref)
    const { below } = conditionOf(ref, 'uptime')
    const share = await this.#uptimeOf(id, ref, wallNow)
    if (typeof share !== 'number' || !isSame()) return
    const firedAt = share < below ? null : this.#firedAt(id, ref)
    if (firedAt === null) return this.#answered(id, ref, { share, isAnew: false })
    const before = await this.#uptimeOf(id, ref, firedAt + this.#wallOffset)
    if (before !== null && isSame()) this.#answered(id, ref, { share, isAnew: before === 'none' })
  }

  async #uptimeOf(id: ResourceId, ref: RuleRef, wallNow: number): Promise<UptimeShare> {
    this.#waiting++
    const { overMs } = conditionOf(ref, 'uptime')
    const share = await this.#options.uptimeOf(this.#table.url(id), overMs, wallNow)
    this.#waiting--
    return share
  }

  get #wallOffset(): number {
    return this.#options.wallOffset?.() ?? 0
  }
}
