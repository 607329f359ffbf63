import { shorten } from '../../resource/shorten.ts'
import type { Notification } from '../notification.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, parseToken, plainHttpWarnings } from './http-keys.ts'
import { subjectLine } from './message-fit.ts'
import { messageText } from './message-text.ts'
import type { MessageText } from './message-text.ts'
import { isoDate } from '../../resource/iso-date.ts'
import { optionalKey, receiverType, requiredKey } from './receiver-type.ts'

const DEFAULT_URL = 'https://events.pagerduty.com/v2/enqueue'

/** Limits of https://developer.pagerduty.com/docs/send-alert-event, in characters. */
const MAX_SUMMARY_LENGTH = 1_024
const MAX_SOURCE_LENGTH = 255

/** PagerDuty's Events API v2. Events of one group of alerts are one alert there, by its dedup_key. */
export const PAGERDUTY = receiverType({
  name: 'pagerduty',
  mainKey: 'routing-key',
  keys: {
    'routing-key': requiredKey('the integration key of a service, for the Events API v2', parseToken, {
      isSecret: true,
    }),
    url: optionalKey(
      'a URL; of the EU, `https://events.eu.pagerduty.com/v2/enqueue`',
      parseReceiverUrl,
      DEFAULT_URL,
    ),
  },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ 'routing-key': routingKey, url }, context) => ({
    send(notification, signal) {
      const body = JSON.stringify({
        routing_key: routingKey,
        ...eventOf(notification, context.timeZone),
      })
      const headers = { 'content-type': 'application/json' }
      return sendHttp({ url, headers, body, secrets: [routingKey] }, context, signal)
    },
  }),
})

function eventOf(notification: Notification, timeZone: string | undefined): Record<string, unknown> {
  const { status, firing, groupKey, severity, rule, kind, at, commonHost } = notification
  // What names the whole group is over when none of it fires.
  if (status === 'resolved' && firing === 0) return { event_action: 'resolve', dedup_key: groupKey }
  const message = messageText(notification, timeZone)
  const { link } = message
  return {
    event_action: 'trigger',
    dedup_key: groupKey,
    client: 'headcount',
    ...(link === '' ? {} : { client_url: link, links: [{ href: link, text: 'headcount' }] }),
    payload: {
      summary: shorten(subjectLine(message), MAX_SUMMARY_LENGTH),
      source: shorten(commonHost === '' ? message.subject : commonHost, MAX_SOURCE_LENGTH),
      severity,
      timestamp: isoDate(at),
      group: rule,
      class: kind,
      custom_details: detailsOf(message),
    },
  }
}

/** An event has 512 KB at most: the lines of a message are bounded. */
function detailsOf({ facts, items, more }: MessageText): Record<string, unknown> {
  const pairs = (lines: MessageText['facts']) =>
    Object.fromEntries(lines.map(({ name, value }) => [name, value]))
  return { ...pairs(facts), ...(items.length === 0 ? {} : { Alerts: pairs(items), 'Not named': more }) }
}
