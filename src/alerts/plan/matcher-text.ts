import { LABEL } from '../../settings/named-setting.ts'
import { wholeExpression } from '../../settings/pattern.ts'
import type { LabelMatcher } from '../alert-rule.ts'

/** Parses `value`, `!value`, `~expression` or `!~expression`. Throws a RangeError. */
export function parseMatcher(label: string, text: string): LabelMatcher {
  const [, not = '', tilde = '', rest = ''] = /^(!?)(~?)(.*)$/s.exec(text) ?? []
  const isPositive = not === ''
  if (tilde === '') return { label, isPositive, values: [LABEL.parseValue(rest)], pattern: null }
  checkExpression(rest)
  return { label, isPositive, values: null, pattern: rest }
}

/** A condition on a label as `parseMatcher` reads it; several values as an expression. */
export function matcherText({ isPositive, values, pattern }: LabelMatcher): string {
  const not = isPositive ? '' : '!'
  if (values?.length === 1) return `${not}${values[0]}`
  return `${not}~${pattern ?? (values ?? []).map(escapeExpression).join('|')}`
}

function escapeExpression(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}

/** Throws a RangeError. */
function checkExpression(source: string): void {
  try {
    wholeExpression(source)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError('not a valid regular expression in the syntax of RE2, such as ~web|api', {
      cause: error,
    })
  }
}
