import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import { parseLabels } from '../../resource/labels.ts'
import { RefCounted } from '../../resource/ref-counted.ts'
import type { LabelValues } from './label-test.ts'
import type { RuleIndex } from './rule-index.ts'
import { applyRules } from './rule-ref.ts'
import type { AppliedRules, RuleRef } from './rule-ref.ts'

/** Rules that many URLs share, and how many sets of labels use them. */
interface Shared {
  readonly rules: AppliedRules
  readonly name: string
  uses: number
}

/**
 * The labels of URLs and the rules that hold for them. Equal labels are stored once, as bytes; so are equal rules, since every URL can have a
 * label of its own. Bounded by the URLs.
 */
export class LabelSets {
  readonly #texts = new RefCounted()
  /** By number of the labels: the number of the rules, + 1; 0 for those that are not used. */
  #rulesOf: Uint32Array = new Uint32Array(64)
  #shared: (Shared | null)[] = []
  readonly #free: number[] = []
  readonly #byName = new Map<string, number>()
  readonly #numbers = new Map<RuleRef, number>()
  #index: RuleIndex
  /** What was parsed last: one poll can ask some times. */
  #parsed: { readonly number: number; readonly labels: LabelValues } | null = null

  constructor(index: RuleIndex) {
    this.#index = index
  }

  /** Counts one more use of labels, as one JSON object, '' for none, and returns their number. */
  acquire(text: string): number {
    const number = this.#texts.acquire(text)
    this.#parsed = null
    this.#rulesOf = ensureCapacity(this.#rulesOf, number + 1)
    if (this.#rulesOf[number] === 0) this.#apply(number)
    return number
  }

  /** Counts one use less. */
  release(number: number): void {
    const before = this.#texts.size
    this.#texts.release(number)
    if (this.#texts.size === before) return
    const place = (this.#rulesOf[number] as number) - 1
    this.#rulesOf[number] = 0
    const shared = this.#shared[place] as Shared
    if (--shared.uses > 0) return
    this.#byName.delete(shared.name)
    this.#shared[place] = null
    this.#free.push(place)
  }

  /** The labels. */
  labels(number: number): LabelValues {
    if (this.#parsed?.number !== number) this.#parsed = { number, labels: parseLabels(this.text(number)) }
    return this.#parsed.labels
  }

  /** The labels as they came. */
  text(number: number): string {
    return this.#texts.text(number)
  }

  /** The rules that hold for URLs with these labels. */
  rules(number: number): AppliedRules {
    return (this.#shared[(this.#rulesOf[number] as number) - 1] as Shared).rules
  }

  /** There are other rules. */
  reindex(index: RuleIndex): void {
    this.#index = index
    this.#shared = []
    this.#free.length = 0
    this.#byName.clear()
    this.#numbers.clear()
    for (let number = 0; number < this.#texts.limit; number++)
      if (this.#rulesOf[number] !== 0) this.#apply(number)
  }

  #apply(number: number): void {
    const refs = this.#index.find(this.labels(number))
    const name = refs.map((ref) => this.#numberOf(ref)).join()
    let place = this.#byName.get(name)
    if (place === undefined) {
      place = this.#free.pop() ?? this.#shared.length
      this.#shared[place] = { rules: applyRules(refs), name, uses: 0 }
      this.#byName.set(name, place)
    }
    ;(this.#shared[place] as Shared).uses++
    this.#rulesOf[number] = place + 1
  }

  #numberOf(ref: RuleRef): number {
    let number = this.#numbers.get(ref)
    if (number === undefined) {
      number = this.#numbers.size
      this.#numbers.set(ref, number)
    }
    return number
  }
}
