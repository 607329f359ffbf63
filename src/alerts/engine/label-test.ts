import type { LabelMatcher } from '../alert-rule.ts'

/** Labels of a URL, by name. */
export type LabelValues = Readonly<Record<string, string>>

/** Answers of a regular expression that are kept. It is asked again for the others. */
const MAX_ANSWERS = 100

/** The value of a label; '' if there is none. Every name is safe, even `constructor`. */
export function labelOf(labels: LabelValues, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] as string) : ''
}

/** Whether both have the same labels with the same values. */
export function areSameLabels(one: LabelValues, other: LabelValues): boolean {
  const names = Object.keys(one)
  if (names.length !== Object.keys(other).length) return false
  return names.every((name) => Object.hasOwn(other, name) && one[name] === other[name])
}

/** Compiles a regular expression of RE2, which the configuration has checked, into a test of the whole text. */
export type CompilePattern = (pattern: string) => (text: string) => boolean

/** A LabelMatcher, ready to be asked. */
export interface LabelTest {
  readonly matcher: LabelMatcher
  /** Whether a value of the label is one that the matcher allows. */
  readonly allows: (value: string) => boolean
}

/** Prepares a matcher. */
export function labelTest(matcher: LabelMatcher, compile: CompilePattern): LabelTest {
  const { isPositive, values, pattern } = matcher
  const matches = pattern === null ? isOneOf(values ?? []) : compile(pattern)
  return { matcher, allows: isPositive ? matches : (value) => !matches(value) }
}

/** Compiles equal regular expressions once, and remembers some of their answers. Bounded by the rules that ask for it. */
export function compileOnce(compile: CompilePattern): CompilePattern {
  const tests = new Map<string, (text: string) => boolean>()
  return (pattern) => {
    const test = tests.get(pattern) ?? remembered(compile(pattern))
    tests.set(pattern, test)
    return test
  }
}

function isOneOf(values: readonly string[]): (value: string) => boolean {
  if (values.length === 1) return (value) => value === values[0]
  const set = new Set(values)
  return (value) => set.has(value)
}

/** Many URLs share few values, and a regular expression takes a microsecond or more. */
function remembered(test: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined) return known
    const answer = test(text)
    if (answers.size >= MAX_ANSWERS) answers.clear()
    answers.set(text, answer)
    return answer
  }
}
