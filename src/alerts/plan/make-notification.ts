import type { Alert } from '../alert.ts'
import { MAX_NAMED_ALERTS } from '../notification.ts'
import type { Notification } from '../notification.ts'

/** What a notification says, without what follows from its alerts. */
export type NotificationFrame = Omit<
  Notification,
  'alerts' | 'total' | 'severity' | 'status' | 'commonLabels' | 'commonHost'
>

/** A notification about alerts, at least one. `current`: an alert that fires as it is now. */
export function makeNotification(
  alerts: readonly Alert[],
  current: (alert: Alert) => Alert,
  frame: NotificationFrame,
): Notification {
  const named = alerts.slice(0, MAX_NAMED_ALERTS)
  const isOver = frame.cause === 'resolved' || frame.cause === 'unwatched'
  return {
    ...frame,
    status: isOver ? 'resolved' : 'firing',
    severity: alerts[0]?.severity ?? 'info',
    alerts: isOver ? named : named.map((alert) => current(alert)),
    total: alerts.length,
    commonLabels: commonLabels(alerts),
    commonHost: commonHost(alerts),
  }
}

/** Labels that all alerts have with the same value. */
function commonLabels(alerts: readonly Alert[]): Readonly<Record<string, string>> {
  let common = Object.entries(alerts[0]?.labels ?? {})
  for (const { labels } of alerts) {
    if (common.length === 0) break
    if (common.some(([name, value]) => labels[name] !== value))
      common = common.filter(([name, value]) => labels[name] === value)
  }
  return Object.fromEntries(common)
}

/** The host that the URLs of all alerts have, without the port; '' if there is none. */
function commonHost(alerts: readonly Alert[]): string {
  const host = hostOf(alerts[0]?.url ?? '')
  return alerts.every(({ url }) => hostOf(url) === host) ? host : ''
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? ''
}
