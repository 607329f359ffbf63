import { readAlerts } from '../config/alerts/read-alerts.ts'
import { testRules } from '../config/alerts/run-rule-tests.ts'
import { readRuleTests } from '../config/alerts/rule-tests.ts'
import type { RuleTestFile } from '../config/alerts/rule-tests.ts'
import { readConfig } from '../config/read-config.ts'
import { subCommand } from './help/sub-commands.ts'
import { printText } from '../print/print-text.ts'
import { escapeUnprintable } from '../settings/quote.ts'
import { configText } from '../targets/config-text.ts'
import { ListError } from '../targets/read-targets.ts'
import { askServer } from './alert-server.ts'
import { alertTable } from './alert-table.ts'
import type { AnsweredAlert } from './alert-table.ts'
import { isAlertList } from './answer-shape.ts'
import { configFlags } from './config-flags.ts'
import { FLAGS } from './flag-table.ts'
import { readSubCommandLine } from './sub-command-line.ts'

/** The most alerts that the API answers with. */
const MAX_ALERTS = 1_000

type Log = (lines: string) => void

/**
 * Does what `headcount alerts` is asked for. `argv`: what follows its name. Returns the exit code: 0; 1 if something else is sent than is
 * expected, the server does not answer, or the output could not be written; 3 if the command line or a file has a mistake.
 */
export async function runAlerts(
  argv: readonly string[],
  log: Log,
  env: NodeJS.ProcessEnv = process.env,
): Promise<0 | 1 | 3> {
  const line = readSubCommandLine(subCommand('alerts'), argv)
  if (line.type === 'help') return (await printText(line.text, log)) ? 0 : 1
  const why = line.type === 'mistake' ? line.why : mistakeOf(line.words, line.flags)
  if (why !== null || line.type === 'mistake') {
    log(`error: alerts: ${why}\n`)
    return 3
  }
  const { flags, words } = line
  const test = flags.get('test')
  return test === undefined ? listAlerts(flags, log, env) : testFiles([test, ...words], log)
}

function mistakeOf(words: readonly string[], flags: ReadonlyMap<string, string>): string | null {
  if (flags.has('test')) {
    const stray = ['server', 'format'].find((name) => flags.has(name))
    return stray === undefined ? null : `--${stray} has no effect with --test, which asks nobody`
  }
  return words.length === 0 ? null : 'a file needs --test: headcount alerts --test rules.yml'
}

/** Prints what fires in a headcount that runs. */
async function listAlerts(
  flags: ReadonlyMap<string, string>,
  log: Log,
  env: NodeJS.ProcessEnv,
): Promise<0 | 1 | 3> {
  const answer = await askServer('alerts', flags.get('server'), env, log, (server) =>
    server.ask('GET', 'alerts', new URLSearchParams({ limit: String(MAX_ALERTS) }), isAlertList),
  )
  if (typeof answer === 'number') return answer
  const { alerts, total } = answer as { readonly alerts: readonly AnsweredAlert[]; readonly total: number }
  const more = total > alerts.length ? `and ${total - alerts.length} more\n` : ''
  const text = alerts.length === 0 ? 'no alerts\n' : `${alertTable(alerts, Date.now())}${more}`
  return (await printText(flags.get('format') === 'json' ? `${JSON.stringify(answer)}\n` : text, log)) ? 0 : 1
}

async function testFiles(files: readonly string[], log: Log): Promise<0 | 1 | 3> {
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
  const file = readRuleTests(await configText(path, 'read'), path, process.env)
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
  const text = await configText(path, 'read')
  const { config, problems: mistakes } = readConfig(text, path, configFlags(FLAGS), process.env, readAlerts)
  for (const { position, why } of mistakes) log(`${position}: ${why}\n`)
  return mistakes.length > 0 ? null : (config.alerts ?? alerts)
}
