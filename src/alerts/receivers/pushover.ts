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

/** Limits by https://pushover.net/api#limits, in characters. A title may have 250, which no subject line reaches. */
const MAX_MESSAGE_LENGTH = 1_024
const MAX_LINK_LENGTH = 512

/** https://pushover.net/api#priority: high goes past quiet hours, low makes no sound. */
const PRIORITIES: Readonly<Record<MessageText['tone'], number>> = {
  critical: 1,
  warning: 0,
  info: -1,
  good: 0,
}

/** It rings every minute for an hour, or until somebody confirms it. Only if it is asked for. */
const EMERGENCY = 2

/** Pushover: https://pushover.net/api */
export const PUSHOVER = receiverType({
  name: 'pushover',
  mainKey: 'user',
  keys: {
    user: requiredKey('the key of a user or group', parseToken, { isSecret: true }),
    token: requiredKey('the token of an application', parseToken, { isSecret: true }),
    device: optionalKey('the name of one device; by default all', parseToken, null),
    priority: optionalKey(
      'the priority of what fires, `-2` to `2`, where 2 rings until somebody confirms it; by default by its severity, and never 2',
      parsePriority,
      null,
    ),
    url: optionalKey('the server', parseReceiverUrl, 'https://api.pushover.net/'),
  },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ user, token, device, priority, url }, context) => ({
    send(notification, signal) {
      const form = new URLSearchParams({
        token,
        user,
        ...(device === null ? {} : { device }),
        ...pushoverMessage(notification, messageText(notification, context.timeZone), priority),
      })
      const request = {
        url: `${url.replace(/\/$/, '')}/1/messages.json`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        secrets: [user, token],
      }
      return sendHttp(request, context, signal, judge)
    },
  }),
})

function parsePriority({ text }: KeyValue): number {
  if (!/^(-[12]|[012])$/.test(text)) throw new RangeError('not a priority from -2 to 2')
  return Number(text)
}

function pushoverMessage(
  { status, at }: Notification,
  message: MessageText,
  given: number | null,
): Record<string, string> {
  const usual = PRIORITIES[message.tone]
  const priority = status === 'firing' ? (given ?? usual) : usual
  const { link } = message
  return {
    title: subjectLine(message),
    // Without `html` and `monospace` nothing in it is markup.
    message: bodyOf(message),
    ...(link === '' || link.length > MAX_LINK_LENGTH ? {} : { url: link, url_title: 'Open the page' }),
    timestamp: String(Math.floor(at / 1_000)),
    priority: String(priority),
    ...(priority === EMERGENCY ? { retry: '60', expire: '3600' } : {}),
  }
}

function bodyOf(message: MessageText): string {
  const write = (one: MessageText) => plainBody({ ...one, link: '' })
  const fitted = write(fitMessage(message, (one) => write(one).length <= MAX_MESSAGE_LENGTH))
  // An empty message is refused.
  return fitted === '' ? message.title : fitted
}

/** Pushover answers `{"status":1,…}`; with any other status what was sent is wrong, as `errors` says. */
function judge(response: HttpResponse) {
  const isTaken = responseFields(response)['status'] === 1
  return confirmed(judgeStatus(response), response, 'Pushover', isTaken)
}
