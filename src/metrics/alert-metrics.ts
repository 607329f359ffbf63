import type { AlertFigures, LabelledCount } from '../state/alert-figures.ts'
import type { Metric, Point } from './metric.ts'

/** How the alerter is, and how many polls were dropped on the way to it. */
export interface AlertTotals extends AlertFigures {
  readonly dropped: number
}

/** Metrics of alerts. They have no samples without alerts. */
export const ALERT_METRICS = {
  alertsFiring: {
    name: 'headcount_alerts_firing',
    type: 'gauge',
    help: 'Alerts that fire, by rule and kind. Absent where none does.',
    labels: ['rule', 'kind'],
  },
  alertsMuted: {
    name: 'headcount_alerts_muted',
    type: 'gauge',
    help: 'Alerts that fire, and that nobody was told of because of maintenance, a silence or another alert. Absent without alerts.',
    labels: [],
  },
  silences: {
    name: 'headcount_silences',
    type: 'gauge',
    help: 'Silences that last now. Absent without alerts.',
    labels: [],
  },
  maintenance: {
    name: 'headcount_maintenance',
    type: 'gauge',
    help: '1 while the maintenance window is open, otherwise 0. Absent without maintenance windows.',
    labels: ['window'],
  },
  notifications: {
    name: 'headcount_notifications_total',
    type: 'counter',
    help: 'Notifications by receiver and result: sent, given to the fallback, or dead; failed counts attempts. Absent without alerts.',
    labels: ['receiver', 'result'],
  },
  notificationsPending: {
    name: 'headcount_notifications_pending',
    type: 'gauge',
    help: 'Notifications that must be sent yet. Absent without alerts.',
    labels: [],
  },
  alertsDropped: {
    name: 'headcount_alerts_dropped_polls_total',
    type: 'counter',
    help: 'Polls that were not checked against the rules because the alerter was too slow: they found nothing new, or a later poll of the URL took their place. Absent without alerts.',
    labels: [],
  },
} as const satisfies Record<string, Metric>

/** The values of these metrics; `figures`: null without alerts. */
export function alertPoints(
  figures: AlertTotals | null,
): Record<keyof typeof ALERT_METRICS, readonly Point[]> {
  const { firing, muted, silences, maintenance, notifications, pending, dropped } = figures ?? NONE
  return {
    alertsFiring: labelled(firing, ALERT_METRICS.alertsFiring.labels),
    alertsMuted: single(muted),
    silences: single(silences),
    maintenance: labelled(maintenance, ALERT_METRICS.maintenance.labels),
    notifications: labelled(notifications, ALERT_METRICS.notifications.labels),
    notificationsPending: single(pending),
    alertsDropped: single(dropped),
  }
}

const NONE = {
  firing: [],
  muted: null,
  silences: null,
  maintenance: [],
  notifications: [],
  pending: null,
  dropped: null,
}

/** `value`: null without alerts. */
function single(value: number | null): readonly Point[] {
  return value === null ? [] : [{ labels: {}, value }]
}

function labelled(counts: readonly LabelledCount[], names: readonly string[]): readonly Point[] {
  return counts.map(([values, value]) => ({
    labels: Object.fromEntries(names.map((name, n) => [name, values[n] as string])),
    value,
  }))
}
