import { shorten } from '../../resource/shorten.ts'
import type { AlertSeverity } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, parseToken, plainHttpWarnings } from './http-keys.ts'
import { plainBody, subjectLine } from './message-fit.ts'
import { messageText } from './message-text.ts'
import { optionalKey, receiverType, requiredKey } from './receiver-type.ts'

const DEFAULT_URL = 'https://api.opsgenie.com/'

/** Limits of https://docs.opsgenie.com/docs/alert-api, in characters. */
const MAX_MESSAGE_LENGTH = 130
const MAX_DESCRIPTION_LENGTH = 15_000
const MAX_ENTITY_LENGTH = 512
const MAX_DETAIL_LENGTH = 300
const MAX_DETAILS = 20

const PRIORITIES: Readonly<Record<AlertSeverity, string>> = { critical: 'P1', warning: 'P3', info: 'P5' }

/** Opsgenie's Alert API. A group of alerts is one alert there, by its alias. */
export const OPSGENIE = receiverType({
  name: 'opsgenie',
  mainKey: 'api-key',
  keys: {
    'api-key': requiredKey('the key of an API integration', parseToken, { isSecret: true }),
    url: optionalKey('a URL; of the EU, `https://api.eu.opsgenie.com`', parseReceiverUrl, DEFAULT_URL),
  },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ 'api-key': apiKey, url }, context) => ({
    send(notification, signal) {
      const { path, body } = requestOf(notification, context.timeZone)
      const headers = { 'content-type': 'application/json', authorization: `GenieKey ${apiKey}` }
      const target = `${url.replace(/\/+$/, '')}/v2/alerts${path}`
      return sendHttp(
        { url: target, headers, body: JSON.stringify(body), secrets: [apiKey] },
        context,
        signal,
      )
    },
  }),
})

function requestOf(
  notification: Notification,
  timeZone: string | undefined,
): { readonly path: string; readonly body: object } {
  const { status, firing, groupKey, severity, commonLabels, commonHost, rule, kind } = notification
  const message = messageText(notification, timeZone)
  const text = `${subjectLine(message)}\n\n${plainBody(message)}`
  const common = { source: 'headcount' }
  if (status === 'resolved') {
    const note = shorten(text, MAX_DESCRIPTION_LENGTH)
    // While others of the group fire, the alert stays open.
    const action = firing === 0 ? 'close' : 'notes'
    return { path: `/${groupKey}/${action}?identifierType=alias`, body: { ...common, note } }
  }
  return {
    path: '',
    body: {
      ...common,
      message: shorten(subjectLine(message), MAX_MESSAGE_LENGTH),
      alias: groupKey,
      description: shorten(text, MAX_DESCRIPTION_LENGTH),
      entity: shorten(commonHost === '' ? message.subject : commonHost, MAX_ENTITY_LENGTH),
      priority: PRIORITIES[severity],
      tags: ['headcount', kind],
      details: { ...detailsOf(commonLabels), rule: shorten(rule, MAX_DETAIL_LENGTH) },
    },
  }
}

/** The first labels, shortened: all details together have 8,000 characters at most. */
function detailsOf(labels: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(labels).slice(0, MAX_DETAILS)
  return Object.fromEntries(
    pairs.map(([name, value]) => [shorten(name, 64), shorten(value, MAX_DETAIL_LENGTH)]),
  )
}
