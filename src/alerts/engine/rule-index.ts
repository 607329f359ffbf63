import type { AlertRule } from '../alert-rule.ts'
import { compileOnce, labelOf, labelTest } from './label-test.ts'
import type { CompilePattern, LabelTest, LabelValues } from './label-test.ts'
import { kindBit, kindsOf } from './rule-ref.ts'
import type { RuleRef } from './rule-ref.ts'

/** A rule, ready to be asked. */
interface IndexedRule {
  readonly refs: readonly RuleRef[]
  /** All but the one that the rule is filed under. */
  readonly tests: readonly LabelTest[]
  readonly continues: boolean
  /** The kinds of its conditions. */
  readonly kinds: number
}

/** Values of labels for which it is known which rules match. They are found again for the others. */
const MAX_KNOWN_VALUES = 10_000

/** Rules that ask for certain values of one label. Rules are numbered in the order of the configuration. */
interface LabelRules {
  readonly byValue: Map<string, number[]>
  /** Those that ask for a regular expression. */
  readonly byPattern: Map<string, { readonly test: LabelTest; readonly numbers: number[] }>
  /** The rules for a value, sorted. */
  readonly known: Map<string, readonly number[]>
}

/**
 * Finds the conditions that hold for labels without asking every rule: each rule is filed under one label that it needs, and
 * only rules without such a label are asked for all URLs.
 */
export class RuleIndex {
  readonly #rules: readonly IndexedRule[]
  readonly #byLabel = new Map<string, LabelRules>()
  /** Rules that can match without any label. */
  readonly #others: number[] = []
  /** The labels that rules ask for. */
  readonly #names: ReadonlySet<string>
  /** What was found, by the values of these labels: every URL can have labels that no rule asks for. */
  readonly #found = new Map<string, readonly RuleRef[]>()
  /** The kinds of each rule, beside one another, since most rules are only passed by. */
  readonly #kindsOf: Uint16Array
  /** The kinds of all rules. */
  readonly #kinds: number

  constructor(rules: readonly AlertRule[], compile: CompilePattern) {
    const once = compileOnce(compile)
    this.#rules = rules.map((rule, number) => ({
      refs: kindsOf(rule).map((kind) => ({ rule, kind })),
      tests: this.#file(
        number,
        rule.match.map((matcher) => labelTest(matcher, once)),
      ),
      continues: rule.continues,
      kinds: kindsOf(rule).reduce((mask, kind) => mask | kindBit(kind), 0),
    }))
    this.#names = new Set(rules.flatMap(({ match }) => match.map(({ label }) => label)))
    this.#kindsOf = Uint16Array.from(this.#rules, ({ kinds }) => kinds)
    this.#kinds = this.#rules.reduce((mask, { kinds }) => mask | kinds, 0)
  }

  /** Whether any rule has a condition of this kind. */
  has(kind: RuleRef['kind']): boolean {
    return (this.#kinds & kindBit(kind)) !== 0
  }

  /** The conditions that hold for these labels: for each kind those of the first rule that matches, and of more after rules that continue. */
  find(labels: LabelValues): readonly RuleRef[] {
    const asked = Object.entries(labels).filter(([name]) => this.#names.has(name))
    const key = JSON.stringify(asked)
    let found = this.#found.get(key)
    if (found === undefined) {
      found = this.#search(labels)
      if (this.#found.size >= MAX_KNOWN_VALUES) this.#found.clear()
      this.#found.set(key, found)
    }
    return found
  }

  #search(labels: LabelValues): RuleRef[] {
    const lists = [this.#others]
    for (const [name, value] of Object.entries(labels)) {
      const rules = this.#byLabel.get(name)
      if (rules !== undefined) lists.push(rulesFor(rules, value) as number[])
    }
    const found: RuleRef[] = []
    const places = lists.map(() => 0)
    for (let taken = 0; taken !== this.#kinds;) {
      const number = this.#next(lists, places, taken)
      if (number < 0) break
      const { refs, tests, continues, kinds } = this.#rules[number] as IndexedRule
      if (!tests.every(({ matcher, allows }) => allows(labelOf(labels, matcher.label)))) continue
      for (const ref of refs) if ((taken & kindBit(ref.kind)) === 0) found.push(ref)
      if (!continues) taken |= kinds
    }
    return found
  }

  /** The next rule of some sorted lists that has a kind which is not taken; -1: there is none. No rule is in two of the lists. */
  #next(lists: readonly (readonly number[])[], places: number[], taken: number): number {
    let least = -1
    let from = -1
    for (let at = 0; at < lists.length; at++) {
      const list = lists[at] as readonly number[]
      let place = places[at] as number
      while (place < list.length && ((this.#kindsOf[list[place] as number] as number) & ~taken) === 0) place++
      places[at] = place
      const number = list[place]
      if (number === undefined || (from >= 0 && number > least)) continue
      least = number
      from = at
    }
    if (from >= 0) places[from] = (places[from] as number) + 1
    return least
  }

  /** Files a rule, and returns the tests that are left to be made. */
  #file(number: number, tests: readonly LabelTest[]): readonly LabelTest[] {
    const needed = tests.filter(({ matcher, allows }) => matcher.isPositive && !allows(''))
    const test = needed.find(({ matcher }) => matcher.values !== null) ?? needed[0]
    if (test === undefined) {
      this.#others.push(number)
      return tests
    }
    const { label, values, pattern } = test.matcher
    const rules = this.#rulesOf(label)
    for (const value of new Set(values)) append(rules.byValue, value, number)
    if (pattern !== null) {
      const equal = rules.byPattern.get(pattern)
      if (equal === undefined) rules.byPattern.set(pattern, { test, numbers: [number] })
      else equal.numbers.push(number)
    }
    return tests.filter((one) => one !== test)
  }

  #rulesOf(label: string): LabelRules {
    let rules = this.#byLabel.get(label)
    if (rules === undefined) {
      rules = { byValue: new Map(), byPattern: new Map(), known: new Map() }
      this.#byLabel.set(label, rules)
    }
    return rules
  }
}

function append(map: Map<string, number[]>, value: string, number: number): void {
  const numbers = map.get(value)
  if (numbers === undefined) map.set(value, [number])
  else numbers.push(number)
}

function rulesFor({ byValue, byPattern, known }: LabelRules, value: string): readonly number[] {
  const exact = byValue.get(value) ?? []
  if (byPattern.size === 0) return exact
  let numbers = known.get(value)
  if (numbers === undefined) {
    const matching = [...byPattern.values()].flatMap(({ test, numbers: all }) =>
      test.allows(value) ? all : [],
    )
    numbers = [...exact, ...matching].toSorted((one, other) => one - other)
    if (known.size >= MAX_KNOWN_VALUES) known.clear()
    known.set(value, numbers)
  }
  return numbers
}
