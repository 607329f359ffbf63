import { fitMessage, moreLines } from './message-fit.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, plainHttpWarnings } from './http-keys.ts'
import { judgeStatus } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'
import { messageText } from './message-text.ts'
import type { MessageLine, MessageText } from './message-text.ts'
import { receiverType, requiredKey } from './receiver-type.ts'

/**
 * The most bytes of a message. Teams takes 28 KB, of what a workflow makes of it, which is longer.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook
 */
const MAX_BYTES = 20_000

const COLOURS: Readonly<Record<MessageText['tone'], string>> = {
  critical: 'attention',
  warning: 'warning',
  info: 'accent',
  good: 'good',
}

/** What an old connector answers with status 200 when Teams has refused its message. */
const CONNECTOR_ERROR = /returned HTTP error (\d{3})/

/**
 * Microsoft Teams, by a workflow that starts when a webhook request is received, which posts Adaptive Cards:
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
export const TEAMS = receiverType({
  name: 'teams',
  mainKey: 'url',
  keys: { url: requiredKey('the URL of a workflow', parseReceiverUrl, { isSecret: true }) },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ url }, context) => ({
    send(notification, signal) {
      const body = teamsMessage(messageText(notification, context.timeZone))
      const headers = { 'content-type': 'application/json; charset=utf-8' }
      return sendHttp({ url, headers, body, secrets: [] }, context, signal, judge)
    },
  }),
})

function teamsMessage(message: MessageText): string {
  const write = (one: MessageText) => JSON.stringify(envelope(one))
  return write(fitMessage(message, (one) => Buffer.byteLength(write(one)) <= MAX_BYTES))
}

function envelope(message: MessageText): Record<string, unknown> {
  const contentType = 'application/vnd.microsoft.card.adaptive'
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content: cardOf(message) }] }
}

/** https://adaptivecards.io/explorer: all text of others stands in TextRuns, the only element that does not read Markdown. */
function cardOf(message: MessageText): Record<string, unknown> {
  const { tone, title, subject, note, facts, items, link } = message
  const heading = { size: 'large', weight: 'bolder' }
  const more = moreLines(message).map((line) => richText([run(line, { isSubtle: true })]))
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body: [
      richText([run(`${title}: `, { ...heading, color: COLOURS[tone] }), run(subject, heading)]),
      ...(note === '' ? [] : [richText([run(note)])]),
      ...facts.map(lineBlock),
      ...items.map(lineBlock),
      ...more,
    ],
    ...(link === '' ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open the page', url: link }] }),
  }
}

/** A line of facts or of items, the first one apart from what is above it. */
function lineBlock({ name, value }: MessageLine, index: number): Record<string, unknown> {
  const inlines = [run(`${name}: `, { weight: 'bolder' }), run(value)]
  return richText(inlines, index === 0 ? 'medium' : 'small')
}

function richText(inlines: readonly Record<string, unknown>[], spacing = 'medium'): Record<string, unknown> {
  return { type: 'RichTextBlock', inlines, spacing }
}

function run(text: string, style: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  // `{{DATE(…)}}` and `{{TIME(…)}}` are functions in every text of a card.
  return { type: 'TextRun', text: text.replace(/\{(?=\{)/g, '{ '), ...style }
}

/** A workflow answers 202 without a body; a connector 200 with `1`, or with an error in words. */
function judge(response: HttpResponse) {
  const refused = CONNECTOR_ERROR.exec(response.body)
  return judgeStatus(refused === null ? response : { ...response, status: Number(refused[1]) })
}
