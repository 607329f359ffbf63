import { readAlerts } from '../config/alerts/read-alerts.ts'
import { testRules } from '../config/alerts/run-rule-tests.ts'
import { readRuleTests } from '../config/alerts/rule-tests.ts'
import type { RuleTestFile } from '../config/alerts/rule-tests.ts'
import { readConfig } from '../config/read-config.ts'
import { printText } from '../print/print-text.ts'
import { escapeUnprintable } from '../settings/quote.ts'
import { configText } from '../targets/config-text.ts'
import { ListError } from '../targets/read-targets.ts'
import { configFlags } from './config-flags.ts'
import { FLAGS } from './flag-table.ts'

const USAGE =
  'Usage: headcount alerts --test FILE...\n\nTell what the rules of a configuration would send. Nothing is sent.\n'

type Log = (lines: string) => void

/**
 * Does what `headcount alerts` is asked for. `argv`: what follows its name. Returns the exit code: 0; 1 if something else is sent than is
 * expected, or the output could not be written; 3 if a file has a mistake.
 */
export async function runAlerts(argv: readonly string[], log: Log): Promise<0 | 1 | 3> {
  if (argv.some((one) => one === '--help' || one === '-h')) return (await printText(USAGE, log)) ? 0 : 1
  const [flag, ...files] = argv
  if (flag !== '--test' || files.length === 0) {
    log(`error: alerts: name a file of tests: headcount alerts --test rules.yml\n`)
    return 3
  }
  let code: 0 | 1 | 3 = 0
  for (const path of files) {
    try {
      code = Math.max(code, await testFile(path, log)) as 0 | 1 | 3
    } catch (error) {
      if (!(error instanceof ListError)) throw error
      log(`${error.message}\n`)
      code = 3
    }
  }
  return code
}

/** Rejects with a ListError if a file can't be read. */
async function testFile(path: string, log: Log): Promise<0 | 1 | 3> {
  const file = readRuleTests(await configText(path, true), path, process.env)
  const alerts = await alertsOf(file, log)
  if (alerts === null) return 3
  let code: 0 | 1 = 0
  for (const test of file.tests) {
    const { lines, isRight } = await testRules(alerts, test)
    if (!isRight) code = 1
    if (!(await printText(lines.map((line) => `${escapeUnprintable(line)}\n`).join(''), log))) return 1
  }
  return code
}

/** The rules that are tested; null: there is a mistake, which is reported. */
async function alertsOf(
  { config: path, alerts, problems }: RuleTestFile,
  log: Log,
): Promise<RuleTestFile['alerts'] | null> {
  for (const { position, why } of problems) log(`${position}: ${why}\n`)
  if (problems.length > 0) return null
  if (path === null) return alerts
  const text = await configText(path, true)
  const { config, problems: mistakes } = readConfig(text, path, configFlags(FLAGS), process.env, readAlerts)
  for (const { position, why } of mistakes) log(`${position}: ${why}\n`)
  return mistakes.length > 0 ? null : (config.alerts ?? alerts)
}
