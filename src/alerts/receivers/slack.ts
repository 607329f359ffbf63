import { fitMessage, moreLines, subjectLine } from './message-fit.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, plainHttpWarnings } from './http-keys.ts'
import { judgeStatus } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'
import { messageText } from './message-text.ts'
import type { MessageText } from './message-text.ts'
import { receiverType, requiredKey } from './receiver-type.ts'
import { notFromService } from './response-json.ts'
import { escapeWithin } from './shown-text.ts'

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const MAX_HEADER_LENGTH = 150

/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
const MAX_TEXT_LENGTH = 3_000

const SIGNS: Readonly<Record<MessageText['tone'], string>> = {
  critical: '🔴',
  warning: '🟠',
  info: '🔵',
  good: '🟢',
}

/** An incoming webhook of Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const SLACK = receiverType({
  name: 'slack',
  mainKey: 'url',
  keys: { url: requiredKey('the URL of an incoming webhook', parseReceiverUrl, { isSecret: true }) },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ url }, context) => ({
    send(notification, signal) {
      const body = JSON.stringify(slackMessage(messageText(notification, context.timeZone)))
      const headers = { 'content-type': 'application/json; charset=utf-8' }
      return sendHttp({ url, headers, body, secrets: [] }, context, signal, judge)
    },
  }),
})

/** The message as blocks, in objects of plain text, in which Slack obeys no markup; `text` is what a notification of a phone shows. */
function slackMessage(message: MessageText): Record<string, unknown> {
  const fitted = fitMessage(message, (one) => escapeText(itemsText(one)).length <= MAX_TEXT_LENGTH)
  const heading = `${SIGNS[message.tone]} ${subjectLine(message)}`
  const facts = fitted.facts.map(({ name, value }) => `${name}: ${value}`)
  const texts = [[message.note, ...facts].filter((line) => line !== '').join('\n'), itemsText(fitted)]
  return {
    text: escapeText(heading),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plainText(heading, MAX_HEADER_LENGTH) },
      ...texts
        .filter((text) => text !== '')
        .map((text) => ({ type: 'section', text: plainText(text, MAX_TEXT_LENGTH) })),
      ...linkBlocks(message.link),
    ],
  }
}

function plainText(text: string, maxLength: number): Record<string, unknown> {
  return { type: 'plain_text', text: escapeWithin(text, maxLength, escapeText), emoji: false }
}

function itemsText(message: MessageText): string {
  return [...message.items.map(({ name, value }) => `• ${name}: ${value}`), ...moreLines(message)].join('\n')
}

/** The only text with markup. A longer link is left out: cut, it would lead elsewhere. */
function linkBlocks(link: string): readonly Record<string, unknown>[] {
  const text = `<${escapeText(link).replaceAll('|', '%7C')}|Open the page>`
  if (link === '' || text.length > MAX_TEXT_LENGTH) return []
  return [{ type: 'context', elements: [{ type: 'mrkdwn', text, verbatim: true }] }]
}

/** The three characters that Slack gives a meaning: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Slack answers `ok`, or a status with a word such as `no_service`. */
function judge(response: HttpResponse) {
  const result = judgeStatus(response)
  return result.type === 'sent' && response.body.trim() !== 'ok' ? notFromService(response, 'Slack') : result
}
