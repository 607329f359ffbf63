import type { AlertRule } from '../alerts/alert-rule.ts'
import type { Config, ReadAlerts } from '../config/config.ts'
import type { Flags } from './flag-table.ts'
import type { Options } from './options.ts'

/** The most rules that cannot fire that are reported. */
const MAX_REPORTED = 10

/** The file that the state of alerts is kept in, beside the history unless the flag says so; null: in memory. */
export function alertStateOf({
  alertState,
  history,
}: Pick<Flags['run'], 'alertState' | 'history'>): string | null {
  return alertState ?? (history === null ? null : `${history}.alerts`)
}

/** Reads alerts, and refuses rules for uptime unless a history is kept. `keepsHistory`: with these flags of the configuration. */
export function refuseBlindRules(
  readAlerts: ReadAlerts,
  keepsHistory: (flags: Config['flags']) => boolean,
): ReadAlerts {
  return (reader, trees, directory, flags) => {
    const read = readAlerts(reader, trees, directory, flags)
    const blind = read.alerts.rules.filter(({ conditions }) => conditions.uptime !== null)
    if (blind.length === 0 || keepsHistory(flags)) return read
    for (const { name } of blind)
      reader.report(
        read.ruleOffsets.get(name) as number,
        'uptime: it never fires without a history: add --history',
      )
    return read
  }
}

/** What a user should know about the alerts of a configuration: lines. */
export function alertNotices(
  { alerts, warnings, rulePlaces }: Config,
  {
    alertState,
    check,
    plan,
    once,
    cluster,
  }: Pick<Options, 'alertState' | 'check' | 'plan' | 'once' | 'cluster'>,
): string[] {
  const lines = warnings.map(({ position, why }) => `${position}: ${why}`)
  if (alerts === null) return lines
  if (once) lines.push(...onceNotices(alerts.rules, rulePlaces))
  if (check || plan) return lines
  if (alertState === null && cluster === null && !once && alerts.rules.length > 0)
    lines.push(
      'the state of alerts is in memory: after a restart, what still fires is sent again (--alert-state or --history keeps it)',
    )
  return lines
}

/** Lines about rules that cannot fire when each URL is polled once. */
function onceNotices(rules: readonly AlertRule[], places: Config['rulePlaces']): string[] {
  const idle = rules.filter(({ conditions: { down, unknownMs, certificateMs, group } }) =>
    [down, unknownMs, certificateMs, group].every((condition) => condition === null),
  )
  const lines = idle
    .slice(0, MAX_REPORTED)
    .map(
      ({ name }) =>
        `${places.get(name)}: alerts: with --once the rule never fires: add a condition such as down`,
    )
  if (idle.length > lines.length)
    lines.push(`and ${idle.length - lines.length} more rules never fire with --once`)
  return lines
}
