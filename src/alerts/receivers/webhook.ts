import { createHmac } from 'node:crypto'
import { checkHeaderName, parseHeaderValue } from '../../settings/headers.ts'
import { sendHttp } from './http-client.ts'
import { parseReceiverUrl, parseToken, plainHttpWarnings } from './http-keys.ts'
import { notificationJson } from './notification-json.ts'
import { mapKey, optionalKey, receiverType, requiredKey } from './receiver-type.ts'
import type { KeyValue } from './receiver-type.ts'

/** A POST of JSON to any URL. */
export const WEBHOOK = receiverType({
  name: 'webhook',
  mainKey: 'url',
  keys: {
    url: requiredKey('a URL', parseReceiverUrl, { isSecret: true }),
    headers: mapKey('the value of a header', parseHeader, { isSecret: true }),
    secret: optionalKey('the key of the signature', parseToken, null, { isSecret: true }),
  },
  warnings: ({ url }) => plainHttpWarnings(url),
  create: ({ url, headers, secret }, context) => ({
    send(notification, signal) {
      const body = JSON.stringify(notificationJson(notification, context.receiver))
      const own = headers.map(([name, value]): [string, string] => [name.toLowerCase(), value])
      const request = {
        url,
        headers: {
          'content-type': 'application/json',
          ...Object.fromEntries(own),
          'idempotency-key': notification.id,
          ...(secret === null ? {} : { 'x-hub-signature-256': signatureOf(secret, body) }),
        },
        body,
        secrets: [...own.map(([, value]) => value), ...(secret === null ? [] : [secret])],
      }
      return sendHttp(request, context, signal)
    },
  }),
})

function parseHeader({ name, text }: KeyValue): string {
  checkHeaderName(name, 'user-agent')
  return parseHeaderValue(text)
}

/** As GitHub signs its webhooks: HMAC-SHA256 of the body, by https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries. */
function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}
