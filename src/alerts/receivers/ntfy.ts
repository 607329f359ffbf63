import type { Notification } from '../notification.ts'
import { fitMessage, plainBody, subjectLine } from './message-fit.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, parseToken, plainHttpWarnings } from './http-keys.ts'
import { judgeStatus } from './http-response.ts'
import type { HttpResponse } from './http-response.ts'
import { messageText } from './message-text.ts'
import type { MessageText } from './message-text.ts'
import { optionalKey, receiverType, requiredKey } from './receiver-type.ts'
import type { KeyValue } from './receiver-type.ts'
import { confirmed, responseFields } from './response-json.ts'

/** A longer message becomes an attachment: https://docs.ntfy.sh/publish/#limitations */
const MAX_MESSAGE_BYTES = 4_096

/** The server takes JSON of twice the longest message, by its source: `server/server.go` of https://github.com/binwiederhier/ntfy. */
const MAX_JSON_BYTES = 2 * MAX_MESSAGE_BYTES

/** A longer link is left out, so that it leaves room for the message. */
const MAX_LINK_LENGTH = 2_048

/** https://docs.ntfy.sh/publish/#message-priority and https://docs.ntfy.sh/emojis/ */
const STYLES: Readonly<Record<MessageText['tone'], { readonly priority: number; readonly tag: string }>> = {
  critical: { priority: 5, tag: 'rotating_light' },
  warning: { priority: 4, tag: 'warning' },
  info: { priority: 3, tag: 'information_source' },
  good: { priority: 3, tag: 'white_check_mark' },
}

/** A topic of ntfy, published as JSON: https://docs.ntfy.sh/publish/#publish-as-json */
export const NTFY = receiverType({
  name: 'ntfy',
  mainKey: 'topic',
  keys: {
    // Who knows the topic can read it.
    topic: requiredKey('the topic', parseTopic, { isSecret: true }),
    url: optionalKey('the server', parseReceiverUrl, 'https://ntfy.sh/'),
    token: optionalKey('an access token', parseToken, null, { isSecret: true }),
    priority: optionalKey(
      'the priority of what fires, `1` to `5`; by default by its severity',
      parsePriority,
      null,
    ),
  },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ topic, url, token, priority }, context) => ({
    send(notification, signal) {
      const headers = {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      }
      const body = ntfyMessage(notification, messageText(notification, context.timeZone), topic, priority)
      const secrets = token === null ? [topic] : [topic, token]
      return sendHttp({ url, headers, body, secrets }, context, signal, judge)
    },
  }),
})

/** By the source of the server: `topicRegex`. */
function parseTopic({ text }: KeyValue): string {
  if (!/^[-\w]{1,64}$/.test(text)) throw new RangeError('not a topic: letters, digits, _ and -, 64 at most')
  return text
}

function parsePriority({ text }: KeyValue): number {
  if (!/^[1-5]$/.test(text)) throw new RangeError('not a priority from 1 to 5')
  return Number(text)
}

function ntfyMessage(
  { status }: Notification,
  message: MessageText,
  topic: string,
  priority: number | null,
): string {
  const { priority: usual, tag } = STYLES[message.tone]
  const isFiring = status === 'firing'
  const write = (one: MessageText) =>
    JSON.stringify({
      topic,
      title: subjectLine(message),
      message: plainBody({ ...one, link: '' }),
      tags: [tag],
      priority: isFiring ? (priority ?? usual) : usual,
      ...(message.link === '' || message.link.length > MAX_LINK_LENGTH ? {} : { click: message.link }),
    })
  return write(
    fitMessage(
      message,
      (one) =>
        Buffer.byteLength(plainBody({ ...one, link: '' })) <= MAX_MESSAGE_BYTES &&
        Buffer.byteLength(write(one)) <= MAX_JSON_BYTES,
    ),
  )
}

/** ntfy answers with the message that it made, or with JSON that has `error`. */
function judge(response: HttpResponse) {
  const { id, event } = responseFields(response)
  const isMessage = typeof id === 'string' && event === 'message'
  return confirmed(judgeStatus(response), response, 'ntfy', isMessage)
}
