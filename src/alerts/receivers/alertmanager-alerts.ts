import type { Alert } from '../alert.ts'
import type { Notification } from '../notification.ts'
import { subjectLine } from './message-fit.ts'
import { messageText } from './message-text.ts'
import { isoDate } from '../../resource/iso-date.ts'
import { seenText } from './seen-text.ts'
import { shownText } from './shown-text.ts'

/** The label that all alerts of a group have in common: its key. */
export const GROUP_LABEL = 'headcount_group'

/** The label of the alert that stands for all that are not named. */
const MORE_LABEL = 'headcount_more'

/** How long an alert fires unless it is ended before, in ms. An Alertmanager would end one without an end after some minutes without news. */
const FIRING_MS = 365 * 86_400_000

/** How long what has no end fires, such as a change, in ms: longer than an Alertmanager waits for more of a group. */
const MOMENT_MS = 300_000

/** The longest annotation, in UTF-16 units. */
const MAX_ANNOTATION_LENGTH = 1_000

/** An alert as the v2 API takes it: `postableAlert` in api/v2/openapi.yaml of prometheus/alertmanager. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL?: string
}

/** The alerts of a notification: those that it names, and while they fire one for all others. */
export function alertsOf(notification: Notification): readonly PostedAlert[] {
  const { alerts, total, status } = notification
  const named = alerts.map((alert) => namedAlert(alert, notification))
  return status === 'firing' && total > alerts.length ? [...named, unnamedAlert(notification)] : named
}

/**
 * The alerts of an answer of `GET /api/v2/alerts` that neither fire nor are named by the notification, ended; null if it is not a list of alerts.
 * `fires`: the URLs and groups that fire, or whose end is told later. What stands for others goes on until all that fire are in the list.
 * An Alertmanager takes an alert that fires again before its last end for the same one. So none ends later than those that are
 * named, and what is named ends only once: of two ends it keeps the later one.
 */
export function endedAlerts(
  answer: string,
  notification: Notification,
  fires: ReadonlySet<string>,
): readonly PostedAlert[] | null {
  let list: unknown
  try {
    list = JSON.parse(answer)
  } catch {
    return null
  }
  if (!Array.isArray(list) || !list.every((alert) => isPosted(alert))) return null
  const named = new Set(alertsOf(notification).map(({ labels }) => labelText(labels)))
  const subjectOf = ({ url = '', group = '' }: PostedAlert['labels']) =>
    notification.kind === 'group' ? group : url
  const listed = new Set(list.map(({ labels }) => subjectOf(labels)).filter((subject) => fires.has(subject)))
  const goesOn = ({ [MORE_LABEL]: more, ...labels }: PostedAlert['labels']) =>
    more === undefined ? fires.has(subjectOf(labels)) : listed.size < fires.size
  const end = Math.max(...notification.alerts.map(({ resolvedAt }) => endOf(resolvedAt, notification)))
  return list
    .filter(({ labels }) => !named.has(labelText(labels)) && !goesOn(labels))
    .map(({ labels, annotations, startsAt }) => endedAt({ labels, annotations, startsAt }, end))
}

/**
 * Those that end later than it is by the clock of the Alertmanager, to end by that: an end that is still to come is none for it, and the alert
 * would fire on, as it was told before.
 */
export function endedBefore(alerts: readonly PostedAlert[], serverTime: number): readonly PostedAlert[] {
  return alerts
    .filter(({ endsAt }) => Date.parse(endsAt) > serverTime)
    .map((alert) => endedAt(alert, serverTime))
}

/** An alert that ends then. It begins no later, though a clock may have been set back since. */
function endedAt(alert: Omit<PostedAlert, 'endsAt'>, end: number): PostedAlert {
  const endsAt = timeText(end)
  return { ...alert, startsAt: Date.parse(alert.startsAt) > end ? endsAt : alert.startsAt, endsAt }
}

/** The same for the same labels in any order. */
function labelText(labels: PostedAlert['labels']): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function isPosted(value: unknown): value is PostedAlert {
  if (typeof value !== 'object' || value === null) return false
  const { labels, annotations, startsAt } = value as Record<string, unknown>
  return isTexts(labels) && isTexts(annotations) && typeof startsAt === 'string'
}

function isTexts(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => typeof one === 'string')
  )
}

function namedAlert(alert: Alert, notification: Notification): PostedAlert {
  const { url, group, labels, severity, since, resolvedAt, summary, state } = alert
  const subject = url === '' ? { group } : { url }
  const seen = state === null ? '' : seenText(state, summary)
  return {
    labels: { ...labelsOf(labels), ...subject, ...ownLabels({ ...notification, severity }) },
    annotations: annotationsOf({ summary, seen, link: notification.link }),
    ...timesOf(since, resolvedAt, notification),
    ...generatorOf(notification),
  }
}

function unnamedAlert(notification: Notification): PostedAlert {
  const { alerts, total, commonLabels, link, at } = notification
  const since = Math.min(at, ...alerts.map((alert) => alert.since))
  const summary = `${subjectLine(messageText(notification))}, ${(total - alerts.length).toLocaleString('en-US')} more than are named`
  return {
    labels: { ...labelsOf(commonLabels), [MORE_LABEL]: 'yes', ...ownLabels(notification) },
    annotations: annotationsOf({ summary, link }),
    ...timesOf(since, null, notification),
    ...generatorOf(notification),
  }
}

/** They make an alert what it is: none of them may change while it fires. */
function ownLabels({ kind, rule, severity, groupKey }: Notification): Record<string, string> {
  const alertname = `Headcount${kind.charAt(0).toUpperCase()}${kind.slice(1)}`
  return { alertname, rule, severity, [GROUP_LABEL]: groupKey }
}

/** Labels with names that any Alertmanager takes. One without a value is none. */
function labelsOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '')
  return Object.fromEntries(
    pairs.map(([name, value]) => [name.replace(/\W/g, '_').replace(/^(?=\d)/, '_'), value.toWellFormed()]),
  )
}

function annotationsOf(texts: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(texts).map(
    ([name, text]) => [name, shownText(text, MAX_ANNOTATION_LENGTH)] as const,
  )
  return Object.fromEntries(pairs.filter(([, text]) => text !== ''))
}

function timesOf(
  since: number,
  resolvedAt: number | null,
  { status, kind, cause, at }: Notification,
): Pick<PostedAlert, 'startsAt' | 'endsAt'> {
  const hasNoEnd = kind === 'changed' || cause === 'test'
  const end = status === 'resolved' ? endOf(resolvedAt, { at }) : at + (hasNoEnd ? MOMENT_MS : FIRING_MS)
  return { startsAt: timeText(Math.min(since, end)), endsAt: timeText(end) }
}

/** Never ahead of the notification, before which the clock may have been set back: an Alertmanager would keep it until then. */
function endOf(resolvedAt: number | null, { at }: Pick<Notification, 'at'>): number {
  return Math.min(resolvedAt ?? at, at)
}

function generatorOf({ link }: Notification): Pick<PostedAlert, 'generatorURL'> {
  return URL.canParse(link) ? { generatorURL: link } : {}
}

function timeText(ms: number): string {
  return isoDate(ms) ?? isoDate(0) ?? ''
}
