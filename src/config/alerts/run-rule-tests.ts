import type { AlertConfig } from '../../alerts/alert-rule.ts'
import { differencesOf } from '../../alerts/simulation/compare.ts'
import { runRuleTest } from '../../alerts/simulation/run-rule-test.ts'
import type { RuleTest } from '../../alerts/simulation/rule-test.ts'
import { sentText } from '../../alerts/simulation/test-text.ts'

/** What came of a test of rules. */
interface TestResult {
  /** What was sent, and how that differs from what was expected. */
  readonly lines: readonly string[]
  readonly isRight: boolean
}

/** Runs a test of rules: with polls as it has them, in no time. */
export async function testRules(alerts: AlertConfig, test: RuleTest): Promise<TestResult> {
  const sent = await runRuleTest(alerts, test)
  const differences = test.expected === null ? [] : differencesOf(test.expected, sent)
  const isRight = differences.length === 0
  const verdict = test.expected === null ? '' : isRight ? ': ok' : ': failed'
  const details = [...sent.map((one) => sentText(one)), ...differences.flatMap((one) => one.split('\n'))]
  return { lines: [`${test.name}${verdict}`, ...details.map((line) => `  ${line}`)], isRight }
}
