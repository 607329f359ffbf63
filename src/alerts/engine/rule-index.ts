import type { AlertRule } from '../alert-rule.ts'
import { labelOf, labelTest } from './label-test.ts'
import type { LabelTest, LabelValues } from './label-test.ts'
import { kindBit, kindsOf } from './rule-ref.ts'
import type { RuleRef } from './rule-ref.ts'

/** A rule, ready to be asked. */
interface IndexedRule {
  readonly refs: readonly RuleRef[]
  readonly tests: readonly LabelTest[]
  readonly continues: boolean
  /** The kinds of its conditions. */
  readonly kinds: number
}

/** Values of labels for which the rules with a regular expression are known. They are found again for the others. */
const MAX_KNOWN_VALUES = 10_000

/** Rules that ask for certain values of one label. Rules are numbered in the order of the configuration. */
interface LabelRules {
  readonly byValue: Map<string, number[]>
  /** Those that ask for a regular expression. */
  readonly byPattern: { readonly number: number; readonly test: LabelTest }[]
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
  /** The kinds of all rules. */
  readonly #kinds: number

  constructor(rules: readonly AlertRule[], compile: (pattern: string) => (text: string) => boolean) {
    this.#rules = rules.map((rule) => ({
      refs: kindsOf(rule).map((kind) => ({ rule, kind })),
      tests: rule.match.map((matcher) => labelTest(matcher, compile)),
      continues: rule.continues,
      kinds: kindsOf(rule).reduce((mask, kind) => mask | kindBit(kind), 0),
    }))
    this.#kinds = this.#rules.reduce((mask, { kinds }) => mask | kinds, 0)
    for (const [number, { tests }] of this.#rules.entries()) this.#file(number, tests)
  }

  /** Whether any rule has a condition of this kind. */
  has(kind: RuleRef['kind']): boolean {
    return (this.#kinds & kindBit(kind)) !== 0
  }

  /** The conditions that hold for these labels: for each kind those of the first rule that matches, and of more after rules that continue. */
  find(labels: LabelValues): RuleRef[] {
    const lists = [this.#others]
    for (const [name, value] of Object.entries(labels)) {
      const rules = this.#byLabel.get(name)
      if (rules !== undefined) lists.push(rulesFor(rules, value) as number[])
    }
    const found: RuleRef[] = []
    let taken = 0
    for (const number of inOrder(lists)) {
      const { refs, tests, continues, kinds } = this.#rules[number] as IndexedRule
      if ((kinds & ~taken) === 0) continue
      if (!tests.every(({ matcher, allows }) => allows(labelOf(labels, matcher.label)))) continue
      for (const ref of refs) if ((taken & kindBit(ref.kind)) === 0) found.push(ref)
      if (!continues) taken |= kinds
      if (taken === this.#kinds) break
    }
    return found
  }

  #file(number: number, tests: readonly LabelTest[]): void {
    const needed = tests.filter(({ matcher, allows }) => matcher.isPositive && !allows(''))
    const byValue = needed.find(({ matcher }) => matcher.values !== null)
    const test = byValue ?? needed[0]
    if (test === undefined) {
      this.#others.push(number)
      return
    }
    const rules = this.#rulesOf(test.matcher.label)
    if (test.matcher.values === null) rules.byPattern.push({ number, test })
    else for (const value of new Set(test.matcher.values)) append(rules.byValue, value, number)
  }

  #rulesOf(label: string): LabelRules {
    let rules = this.#byLabel.get(label)
    if (rules === undefined) {
      rules = { byValue: new Map(), byPattern: [], known: new Map() }
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
  if (byPattern.length === 0) return exact
  let numbers = known.get(value)
  if (numbers === undefined) {
    const matching = byPattern.filter(({ test }) => test.allows(value)).map(({ number }) => number)
    numbers = [...exact, ...matching].toSorted((one, other) => one - other)
    if (known.size >= MAX_KNOWN_VALUES) known.clear()
    known.set(value, numbers)
  }
  return numbers
}

/** The numbers of some sorted lists, in order. No number is in two of them. */
function* inOrder(lists: readonly (readonly number[])[]): Generator<number> {
  const filled = lists.filter(({ length }) => length > 0)
  if (filled.length === 1) {
    yield* filled[0] as readonly number[]
    return
  }
  const places = filled.map(() => 0)
  for (;;) {
    let least = Number.POSITIVE_INFINITY
    let from = -1
    for (let list = 0; list < filled.length; list++) {
      const number = filled[list]?.[places[list] as number]
      if (number !== undefined && number < least) [least, from] = [number, list]
    }
    if (from < 0) return
    places[from] = (places[from] as number) + 1
    yield least
  }
}
