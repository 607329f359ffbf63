import { fitMessage, moreLines, subjectLine } from './message-fit.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, plainHttpWarnings } from './http-keys.ts'
import { judgeStatus } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'
import { messageText } from './message-text.ts'
import type { MessageText } from './message-text.ts'
import { receiverType, requiredKey } from './receiver-type.ts'
import { confirmed, responseFields, waitFor } from './response-json.ts'
import { escapeWithin } from './shown-text.ts'

/** https://docs.discord.com/developers/resources/webhook#execute-webhook */
const MAX_CONTENT_LENGTH = 2_000

/** https://docs.discord.com/developers/resources/message#embed-object-embed-limits; all of an embed may have 6,000. */
const MAX_DESCRIPTION_LENGTH = 4_096

/** The longest URL of an embed that Discord takes, in characters. */
const MAX_LINK_LENGTH = 2_048

const COLOURS: Readonly<Record<MessageText['tone'], number>> = {
  critical: 0xd92d20,
  warning: 0xdc8a04,
  info: 0x2e90fa,
  good: 0x12936b,
}

/** A webhook of Discord: https://docs.discord.com/developers/resources/webhook#execute-webhook */
export const DISCORD = receiverType({
  name: 'discord',
  mainKey: 'url',
  keys: { url: requiredKey('the URL of a webhook', parseReceiverUrl, { isSecret: true }) },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ url }, context) => ({
    send(notification, signal) {
      const target = new URL(url)
      // Without it, a message that is not saved is no error.
      target.searchParams.set('wait', 'true')
      const body = JSON.stringify(
        discordMessage(messageText(notification, context.timeZone), notification.at),
      )
      const headers = { 'content-type': 'application/json' }
      return sendHttp({ url: target.href, headers, body, secrets: [] }, context, signal, judge)
    },
  }),
})

function discordMessage(message: MessageText, at: number): Record<string, unknown> {
  const fitted = fitMessage(message, (one) => descriptionOf(one).length <= MAX_DESCRIPTION_LENGTH)
  const { link, tone } = message
  return {
    content: escapeWithin(subjectLine(message), MAX_CONTENT_LENGTH, escapeMarkdown),
    allowed_mentions: { parse: [] },
    embeds: [
      {
        ...(link === '' || link.length > MAX_LINK_LENGTH ? {} : { title: 'Open the page', url: link }),
        description: descriptionOf(fitted),
        color: COLOURS[tone],
        timestamp: new Date(at).toISOString(),
      },
    ],
  }
}

function descriptionOf(message: MessageText): string {
  const { note, facts, items } = message
  const line = ({ name, value }: { name: string; value: string }) =>
    `${escapeMarkdown(name)}: ${escapeMarkdown(value)}`
  const blocks = [
    note,
    facts.map(({ name, value }) => `**${name}:** ${escapeMarkdown(value)}`).join('\n'),
    [...items.map((item) => `• ${line(item)}`), ...moreLines(message)].join('\n'),
  ]
  return blocks.filter((block) => block !== '').join('\n\n')
}

/**
 * A backslash before each mark, which Discord takes away again; before `://` too, so that no link is made. What has a meaning only where a
 * line begins never stands there.
 */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\*_~`|[\]()<>@]|:(?=\/\/)/g, String.raw`\$&`)
}

/** Discord answers with the message that it made, or says after how many seconds it takes another one. */
function judge(response: HttpResponse) {
  const fields = responseFields(response)
  const result = waitFor(judgeStatus(response), fields['retry_after'])
  return confirmed(result, response, 'Discord', typeof fields['id'] === 'string')
}
