import { isoDate } from '../../resource/iso-date.ts'
import type { Alert, SeenState } from '../alert.ts'
import type { Notification } from '../notification.ts'
import { subjectLine } from './message-fit.ts'
import { messageText } from './message-text.ts'

/** The version of the document that webhooks and commands get. A field that is added does not change it. */
const VERSION = 1

/** A notification as the JSON that webhooks and commands get. Names and forms of a state are those of `--format json`. */
export function notificationJson(notification: Notification, receiver: string): Record<string, unknown> {
  const { alerts, total, commonLabels } = notification
  const only = total === 1 ? (alerts[0] ?? null) : null
  return {
    version: VERSION,
    id: notification.id,
    receiver,
    groupKey: notification.groupKey,
    status: notification.status,
    cause: notification.cause,
    alert: notification.kind,
    rule: notification.rule,
    severity: notification.severity,
    at: isoDate(notification.at),
    ...(only === null
      ? {
          url: null,
          group: null,
          labels: commonLabels,
          since: earliest(alerts),
          resolvedAt: null,
          summary: subjectLine(messageText(notification)),
          state: null,
        }
      : subjectJson(only)),
    total,
    firing: notification.firing,
    commonHost: notification.commonHost === '' ? null : notification.commonHost,
    link: notification.link === '' ? null : notification.link,
    urls: alerts.map((alert) => subjectJson(alert)),
  }
}

function subjectJson(alert: Alert): Record<string, unknown> {
  const { url, group, labels, since, resolvedAt, summary, state } = alert
  return {
    url: url === '' ? null : url,
    group: group === '' ? null : group,
    labels,
    since: isoDate(since),
    resolvedAt: resolvedAt === null ? null : isoDate(resolvedAt),
    summary,
    state: state === null ? null : stateJson(url, state),
  }
}

function stateJson(url: string, state: SeenState): Record<string, unknown> {
  return {
    at: isoDate(state.at),
    url,
    verdict: state.verdict,
    reason: state.reason,
    status: state.status === 0 ? null : state.status,
    detail: state.detail,
    errCount: state.errCount,
    durationMs: Math.round(state.durationMs * 10) / 10,
    tls: Number.isNaN(state.certificateExpiresAt) ? null : { expiresAt: isoDate(state.certificateExpiresAt) },
  }
}

function earliest(alerts: readonly Alert[]): string | null {
  return alerts.length === 0 ? null : isoDate(Math.min(...alerts.map(({ since }) => since)))
}
