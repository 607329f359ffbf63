import { escapeHtml } from './escape-html.ts'
import { fitMessage, moreLines } from './message-fit.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, parseToken, plainHttpWarnings } from './http-keys.ts'
import { judgeStatus } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'
import { messageText } from './message-text.ts'
import type { MessageText } from './message-text.ts'
import { optionalKey, receiverType, requiredKey } from './receiver-type.ts'
import type { KeyValue } from './receiver-type.ts'
import { confirmed, responseFields, waitFor } from './response-json.ts'

/** Of the text after its markup has been read, in UTF-16 units: https://core.telegram.org/bots/api#sendmessage */
const MAX_TEXT_LENGTH = 4_096

/** A bot of Telegram: https://core.telegram.org/bots/api */
export const TELEGRAM = receiverType({
  name: 'telegram',
  mainKey: 'chat',
  keys: {
    chat: requiredKey('the number of a chat, or `@channel`', parseChat),
    token: requiredKey('the token of the bot', parseBotToken, { isSecret: true }),
    thread: optionalKey('the number of a topic in the chat', parseThread, null),
    url: optionalKey('the Bot API server', parseReceiverUrl, 'https://api.telegram.org/'),
  },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ chat, token, thread, url }, context) => ({
    send(notification, signal) {
      const body = JSON.stringify({
        chat_id: chat,
        ...(thread === null ? {} : { message_thread_id: thread }),
        text: telegramHtml(messageText(notification, context.timeZone)),
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
      })
      const target = `${url.replace(/\/$/, '')}/bot${token}/sendMessage`
      const headers = { 'content-type': 'application/json' }
      return sendHttp({ url: target, headers, body, secrets: [token] }, context, signal, judge)
    },
  }),
})

function parseChat({ text }: KeyValue): string {
  if (!/^(-?\d{1,20}|@\w{4,64})$/.test(text)) throw new RangeError('not the number of a chat, nor @channel')
  return text
}

function parseBotToken(value: KeyValue): string {
  // It becomes a part of the path.
  if (!/^\d+:[\w-]+$/.test(parseToken(value))) throw new RangeError('not a token such as 123456:ABC-DEF')
  return value.text
}

function parseThread({ text }: KeyValue): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new RangeError('not the number of a topic')
  return Number(text)
}

function telegramHtml(message: MessageText): string {
  return htmlOf(fitMessage(message, (one) => lengthOf(htmlOf(one)) <= MAX_TEXT_LENGTH))
}

/** Text of others stands in `code`, in which Telegram looks for no mentions, commands and links: https://core.telegram.org/bots/api#html-style */
function htmlOf(message: MessageText): string {
  const { title, subject, note, facts, items, link } = message
  const blocks = [
    [`<b>${escapeHtml(title)}:</b> ${code(subject)}`, note].filter((line) => line !== '').join('\n'),
    facts.map(({ name, value }) => `${escapeHtml(name)}: ${code(value)}`).join('\n'),
    [...items.map(({ name, value }) => `• ${code(name)} ${code(value)}`), ...moreLines(message)].join('\n'),
    link === '' ? '' : `<a href="${escapeHtml(link)}">Open the page</a>`,
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

function code(text: string): string {
  return text === '' ? '' : `<code>${escapeHtml(text)}</code>`
}

/** At least the length after the markup has been read: an entity counts as what it is written with. */
function lengthOf(html: string): number {
  return html.replaceAll(/<[^>]*>/g, '').length
}

/** Telegram answers `{"ok":true,…}`, or `{"ok":false,…}` with what is wrong and how long to wait. */
function judge(response: HttpResponse) {
  const fields = responseFields(response)
  const parameters = responseFields({ body: JSON.stringify(fields['parameters'] ?? null) })
  const result = waitFor(judgeStatus(response), parameters['retry_after'])
  const movedTo = parameters['migrate_to_chat_id']
  if (typeof movedTo === 'number') return { ...result, said: `${result.said}; the chat is now ${movedTo}` }
  return confirmed(result, response, 'Telegram', fields['ok'] === true)
}
