import { counted } from '../../resource/counted.ts'
import { formatDuration } from '../../resource/format-duration.ts'
import type { Alert } from '../alert.ts'
import type { AlertSeverity } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'
import { noteOf, titleOf } from './message-words.ts'
import { TimeFormat } from './message-time.ts'
import { seenText } from './seen-text.ts'
import { shownText } from './shown-text.ts'

/** The longest URL or group that is shown, in UTF-16 units. */
const MAX_SUBJECT_LENGTH = 150

/** The longest text of a server or a list, in UTF-16 units. */
const MAX_VALUE_LENGTH = 300

/** Begins a summary that says how long it has lasted: `up again after 2m`, `down for 1h 5m`, but not `down for 3 polls`. */
const SAYS_HOW_LONG = /^[a-z ]+ (for|after) \d(?!\d* polls)/

/** Labels that are shown of one URL. */
const MAX_LABELS = 20

/** A line of a message: what it is about, and what is said of it. */
export interface MessageLine {
  readonly name: string
  readonly value: string
}

/**
 * What people are told, before a service's own markup. `title`, `note` and the names of facts are words of this program. Everything else
 * may be text of a server or of a list: it is one line, printable and bounded, but receivers must escape it.
 */
export interface MessageText {
  readonly tone: AlertSeverity | 'good'
  /** What happened: `Down`. */
  readonly title: string
  /** What it happened to: a URL, a group, or `5,000 URLs of shop.example`. */
  readonly subject: string
  /** A sentence more; '' without one. */
  readonly note: string
  readonly facts: readonly MessageLine[]
  /** Each alert, if there are several: MAX_NAMED_ALERTS at most. */
  readonly items: readonly MessageLine[]
  /** How many alerts have no item. */
  readonly more: number
  /** An http or https URL of the page; '' without one. */
  readonly link: string
}

/** What a notification says to people. `timeZone`: of the times; without it, that of this process. */
export function messageText(notification: Notification, timeZone?: string): MessageText {
  const { alerts, total, cause, status } = notification
  const only = total === 1 ? (alerts[0] ?? null) : null
  const times = new TimeFormat(timeZone)
  return {
    tone: toneOf(notification),
    title: titleOf(notification),
    subject: cause === 'test' ? 'headcount reaches this receiver' : subjectOf(notification, only),
    note: noteOf(notification),
    facts: [
      ...(only === null ? labelFacts('All with', notification.commonLabels) : alertFacts(only, times)),
      ...timeFacts(notification, times),
      ...(cause === 'test' ? [] : groupFacts(notification)),
      { name: 'Rule', value: shownText(notification.rule, 80) },
      { name: 'Severity', value: notification.severity },
      { name: 'Written', value: times.absolute(notification.at) },
    ],
    items: only === null ? alerts.map((alert) => itemOf(alert, notification.at, status)) : [],
    more: only === null ? total - alerts.length : 0,
    link: linkOf(notification.link),
  }
}

/** In its canonical form, in which it holds no white space, quote or angle bracket. */
function linkOf(link: string): string {
  const url = URL.parse(link)
  return url !== null && /^https?:$/.test(url.protocol) ? url.href.replaceAll("'", '%27') : ''
}

function toneOf({ cause, status, severity }: Notification): MessageText['tone'] {
  if (cause === 'test' || cause === 'unwatched') return 'info'
  return status === 'resolved' ? 'good' : severity
}

function subjectOf({ total, kind, commonHost, commonLabels }: Notification, only: Alert | null): string {
  if (only !== null) return shownName(only)
  const count = counted(total, kind === 'group' ? 'group' : 'URL', total.toLocaleString('en-US'))
  const of = commonHost === '' ? labelsText(commonLabels, 2) : commonHost
  return shownText(of === '' ? count : `${count} of ${of}`, MAX_SUBJECT_LENGTH)
}

function alertFacts({ summary, state, labels, kind }: Alert, times: TimeFormat): MessageLine[] {
  const expiresAt = kind === 'certificate' && state !== null ? state.certificateExpiresAt : Number.NaN
  return [
    { name: 'Why', value: shownText(summary, MAX_VALUE_LENGTH) },
    ...(state === null
      ? []
      : [{ name: 'Seen', value: shownText(seenText(state, summary), MAX_VALUE_LENGTH) }]),
    ...(Number.isNaN(expiresAt) ? [] : [{ name: 'Expires', value: times.absolute(expiresAt) }]),
    ...labelFacts('Labels', labels),
  ]
}

function labelFacts(name: string, labels: Readonly<Record<string, string>>): MessageLine[] {
  const value = labelsText(labels, MAX_LABELS)
  return value === '' ? [] : [{ name, value: shownText(value, MAX_VALUE_LENGTH) }]
}

function timeFacts(
  { alerts, total, status, cause, kind, at }: Notification,
  times: TimeFormat,
): MessageLine[] {
  if (alerts.length === 0) return []
  const since = Math.min(...alerts.map((alert) => alert.since))
  const begin = times.absolute(since)
  // Of more than are named, others may have begun earlier.
  const earliest = total > alerts.length ? `${begin} or before` : begin
  if (kind === 'changed') return [{ name: 'At', value: earliest }]
  if (status === 'firing' || cause === 'unwatched')
    return [{ name: 'Since', value: `${earliest}, for ${lengthOf(alerts, at)}` }]
  const end = Math.max(...alerts.map(({ resolvedAt }) => resolvedAt ?? at))
  const length = total === 1 ? `${lengthOf(alerts, at)}, ` : ''
  return [{ name: 'Lasted', value: `${length}from ${earliest} to ${times.absolute(end)}` }]
}

/** How long the longest of them fires, or has fired. */
function lengthOf(alerts: readonly Alert[], at: number): string {
  const lengths = alerts.map(({ lastedMs, resolvedAt, since }) => lastedMs ?? (resolvedAt ?? at) - since)
  return formatDuration(Math.max(...lengths))
}

/** What else of the group fires: it may have turned before. */
function groupFacts({ firing, total, status }: Notification): MessageLine[] {
  const others = status === 'firing' ? firing - total : firing
  return others <= 0
    ? []
    : [
        {
          name: 'Others',
          value: `${others.toLocaleString('en-US')} of the same rule ${others === 1 ? 'is' : 'are'} not over`,
        },
      ]
}

function itemOf(alert: Alert, at: number, status: Notification['status']): MessageLine {
  const length = lengthOf([alert], at)
  const lasting = status === 'firing' ? `for ${length}: ` : `lasted ${length}: `
  const value = SAYS_HOW_LONG.test(alert.summary) ? alert.summary : `${lasting}${alert.summary}`
  return { name: shownName(alert), value: shownText(value, MAX_VALUE_LENGTH) }
}

function shownName({ url, group }: Alert): string {
  return shownText(url === '' ? group : url, MAX_SUBJECT_LENGTH)
}

function labelsText(labels: Readonly<Record<string, string>>, max: number): string {
  return Object.entries(labels)
    .slice(0, max)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
