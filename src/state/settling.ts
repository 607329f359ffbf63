import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import { MAX_PARENTS } from '../resource/settling-rules.ts'
import type { Thresholds } from '../resource/settling-rules.ts'
import { Parents } from './parents.ts'
import type { Parent } from './parents.ts'
import { REASON_FACTS } from './reasons.ts'
import { SettledVerdicts } from './settled-verdicts.ts'
import type { Findings } from './settled-verdicts.ts'
import type { ShownState } from './shown-state.ts'
import type { SentState } from './state-batch.ts'

/** The settling rules of a URL, and what its polls have found. */
export interface UrlSettling {
  /** Main's number of the rules. URLs with equal rules share it. */
  readonly number: number
  readonly thresholds: Thresholds
  /** Null: none. */
  readonly parent: Parent | null
  readonly findings: Findings
}

/** A URL that was registered. */
interface Registered {
  readonly id: ResourceId
  readonly url: string
  readonly generation: number
  readonly verdict: Verdict
  /** Null: it has no settling rules. */
  readonly settling: UrlSettling | null
}

/** A parent that a list has. */
interface ListedParent extends Parent {
  readonly id: ResourceId
}

/**
 * The monitor's part: turns what a poll found into what is shown, for URLs with settling rules. Only the monitor can: it has the latest
 * State of a parent, which another poller may poll. Bounded by the list.
 */
export class Settling {
  readonly #verdictOf: (id: ResourceId) => Verdict
  readonly #rules: (Pick<UrlSettling, 'thresholds' | 'parent'> | undefined)[] = []
  /** The number of the rules of a URL, plus 1; 0 for none. */
  #number = new Uint16Array(64)
  /** The verdict of a URL with rules as if it had no parent: an index in VERDICTS. */
  #ownVerdict = new Uint8Array(64)
  readonly #verdicts = new SettledVerdicts()
  readonly #parents = new Parents()
  /** A parent has turned down, so that nothing is known any more of URLs that depend on it. */
  #parentTurned = false

  /** `verdictOf`: the shown verdict of a URL. */
  constructor(verdictOf: (id: ResourceId) => Verdict) {
    this.#verdictOf = verdictOf
  }

  /** Takes the rules of a URL. `isNew`: nothing that was known of the id counts any more. Rules that it had not begin with their findings. */
  register({ id, url, generation, verdict, settling }: Registered, isNew: boolean): void {
    this.#number = ensureCapacity(this.#number, id + 1)
    this.#ownVerdict = ensureCapacity(this.#ownVerdict, id + 1)
    this.#number[id] = settling === null ? 0 : settling.number + 1
    if (isNew) {
      this.#parents.removed(id)
      this.#parents.added(id, url)
    }
    // What is found without rules counts for nothing when some come.
    if (settling === null) return this.#verdicts.forget(id)
    const { number, thresholds, parent, findings } = settling
    const before = this.#rules[number]?.parent ?? null
    this.#rules[number] = { thresholds, parent: parent === null ? null : this.#parents.acquire(parent) }
    if (before !== null) this.#parents.release(before)
    if (!isNew && this.#verdicts.has(id, generation)) return
    this.#ownVerdict[id] = VERDICTS.indexOf(verdict)
    this.#verdicts.set(id, generation, findings)
    if (parent !== null) this.#parentTurned = true
  }

  /** A URL has left its list. */
  removed(id: ResourceId): void {
    this.#parents.removed(id)
  }

  /** The State as it is shown. */
  apply(state: SentState): ShownState {
    const { id, generation, verdict: answer } = state
    const rules = this.#rulesOf(id)
    if (rules === null) {
      this.#noteParent(id, this.#verdictOf(id), answer)
      return state
    }
    // Late, of another URL that had this id: the map ignores it.
    if (!this.#verdicts.has(id, generation)) return state
    const above = this.#downAbove(id)
    // What is found while the parent is down says nothing of the URL, so it does not count.
    const findings = this.#verdicts.add(id, generation, above === null ? answer : 'unknown', rules.thresholds)
    const own = above === null ? verdictBetweenPolls(findings, answer) : 'unknown'
    this.#noteParent(id, this.#ownVerdictOf(id), own)
    this.#ownVerdict[id] = VERDICTS.indexOf(own)
    const verdict = own as ShownState['verdict']
    if (verdict !== 'unknown') {
      const needed = rules.thresholds[answer === 'down' ? 'downAfter' : 'upAfter']
      return { ...state, verdict, last: { answer, consecutive: findings.consecutive, needed } }
    }
    const last = { answer, consecutive: 0, needed: 0 }
    if (above === null) return { ...state, verdict, last }
    const detail = `${parentText(above)} (this poll: ${state.reason}${state.detail === '' ? '' : `: ${state.detail}`})`
    return { ...state, verdict, reason: 'parent', detail, last }
  }

  /** The URLs of which nothing is known any more since a parent has turned down, and why. Empty after the first call. */
  *takeAffected(): Generator<[id: ResourceId, why: string]> {
    if (!this.#parentTurned) return
    this.#parentTurned = false
    for (let row = 0; row < this.#number.length; row++) {
      const id = row as ResourceId
      const above = this.#downAbove(id)
      if (above !== null) yield [id, parentText(above)]
    }
  }

  #rulesOf(id: ResourceId): Pick<UrlSettling, 'thresholds' | 'parent'> | null {
    const number = this.#number[id] ?? 0
    return number === 0 ? null : (this.#rules[number - 1] ?? null)
  }

  /** Whether a URL is up, as if it had no parent. */
  isUp(id: ResourceId): boolean {
    return this.#ownVerdictOf(id) === 'up'
  }

  /** The nearest URL in the chain of parents of a URL that is not up; null: all are. */
  notUpAbove(id: ResourceId): ResourceId | null {
    let above = this.#listedParent(id)
    for (let n = 0; n < MAX_PARENTS && above !== null; n++) {
      if (!this.isUp(above.id)) return above.id
      above = this.#listedParent(above.id)
    }
    return null
  }

  /** How many parents a URL has, one above the other. */
  depth(id: ResourceId): number {
    let depth = 0
    for (let above = this.#listedParent(id); depth < MAX_PARENTS && above !== null; depth++)
      above = this.#listedParent(above.id)
    return depth
  }

  /** The first URL in the chain of parents of a URL that is down, seen from the top; null: none is. */
  #downAbove(id: ResourceId): Parent | null {
    let found: Parent | null = null
    let above = this.#listedParent(id)
    for (let n = 0; n < MAX_PARENTS && above !== null; n++) {
      if (this.#ownVerdictOf(above.id) === 'down') found = above
      above = this.#listedParent(above.id)
    }
    return found
  }

  #listedParent(id: ResourceId): ListedParent | null {
    const parent = this.#rulesOf(id)?.parent ?? null
    // Rules of a group or of the flags may name a URL of the group itself, which then has no parent.
    return parent === null || !isListed(parent) || parent.id === id ? null : parent
  }

  #ownVerdictOf(id: ResourceId): Verdict {
    if (this.#rulesOf(id) === null) return this.#verdictOf(id)
    return VERDICTS[this.#ownVerdict[id] as number] as Verdict
  }

  #noteParent(id: ResourceId, before: Verdict, now: Verdict): void {
    if (now === 'down' && before !== 'down' && this.#parents.has(id)) this.#parentTurned = true
  }
}

/** The verdict of a URL with settling rules, if no parent is down. `last`: what its last poll found. */
export function verdictBetweenPolls({ verdict }: Findings, last: Verdict): Verdict {
  return last === 'unknown' ? last : verdict
}

function isListed(parent: Parent): parent is ListedParent {
  return parent.id !== null
}

function parentText({ name }: Parent): string {
  return `${REASON_FACTS.parent.text}: ${name}`
}
