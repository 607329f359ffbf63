import type { LabelMatcher } from '../alert-rule.ts'
import { labelOf, labelTest } from './label-test.ts'
import type { CompilePattern, LabelValues } from './label-test.ts'

/** Makes the test of whether all matchers hold for the labels of a URL or an alert. */
export function compileMatch(
  match: readonly LabelMatcher[],
  compile: CompilePattern,
): (subject: { readonly labels: LabelValues }) => boolean {
  const tests = match.map((matcher) => labelTest(matcher, compile))
  return ({ labels }) => tests.every(({ matcher, allows }) => allows(labelOf(labels, matcher.label)))
}
