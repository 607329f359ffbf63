import { hash } from 'node:crypto'
import { wholeExpression } from '../../settings/pattern.ts'
import type { Alert } from '../alert.ts'
import type { AlertConfig, LabelMatcher } from '../alert-rule.ts'
import { compileMatch as compileLabels } from '../engine/compile-match.ts'
import type { QueuedReceiver } from '../delivery/receiver-queue.ts'
import type { MaintenanceCalendar } from '../plan/maintenance.ts'
import type { AlertRow } from '../plan/planner-state.ts'
import { createSender } from '../receivers/receiver-types.ts'
import { maintenanceCalendar } from './maintenance-calendar.ts'

/** What senders know besides their settings. */
export interface SendingOptions {
  readonly userAgent: string
  /** Certificates to trust besides the system's (PEM); null: none. */
  readonly ca: string | null
  /** See SenderContext. */
  readonly firing?: (groupKey: string) => ReadonlySet<string>
}

/** The key of a text: 32 characters, the same for the same text. */
export function hashText(text: string): string {
  return hash('sha256', text).slice(0, 32)
}

/** Makes the test of whether all matchers hold for an alert. Throws a RangeError for an invalid expression. */
export function compileMatch(match: readonly LabelMatcher[]): (alert: Pick<Alert, 'labels'>) => boolean {
  return compileLabels(match, wholeExpression)
}

/** The maintenance windows of a configuration, ready to be asked. */
export function maintenanceOf({ maintenance }: AlertConfig): MaintenanceCalendar {
  return maintenanceCalendar(maintenance)
}

/** The receivers of a configuration, by name, ready to send. */
export function receiversOf(
  { receivers }: AlertConfig,
  options: SendingOptions,
): ReadonlyMap<string, QueuedReceiver> {
  return new Map(
    receivers.map((receiver) => {
      const { name, type, fallback, fallbackAfterMs, perMinute } = receiver
      const settings = JSON.stringify([type, receiver.settings])
      const sender = createSender(receiver, options)
      return [name, { sender, settings, fallback, fallbackAfterMs, perMinute }]
    }),
  )
}

/** The URLs and groups whose alerts of a group were told, and whose end was not: they fire, or have ends that are told later. */
export function toldOf(rows: readonly AlertRow[], groupKey: string): ReadonlySet<string> {
  const told = rows.filter((row) => row.groupKey === groupKey && !NOT_TOLD.has(row.phase))
  return new Set(told.map(({ alert: { url, group } }) => url || group))
}

const NOT_TOLD: ReadonlySet<AlertRow['phase']> = new Set(['waiting', 'muted'] as const)

/** The page that shows alerts. `link`: the status page, or '' without one. */
export function linkTo(link: string, alerts: readonly Pick<Alert, 'url'>[]): string {
  const [first, ...others] = alerts
  if (link === '' || first === undefined || first.url === '' || others.length > 0) return link
  return `${link}url?u=${encodeURIComponent(first.url)}`
}
