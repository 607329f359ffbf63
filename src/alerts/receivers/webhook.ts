import { createHmac } from 'node:crypto'
import { checkHeaderName, parseHeaderValue } from '../../settings/headers.ts'
import type { SendResult } from '../notification.ts'
import { bodyTemplate } from './body-template.ts'
import { secretsOfBody, secretsOfHeader, secretsOfUrl } from './hide-secrets.ts'
import { sendHttp } from './http-client.ts'
import type { HttpRequest } from './http-client.ts'
import { parseToken, plainHttpWarnings } from './http-keys.ts'
import { mapKey, optionalKey, receiverType, requiredKey } from './receiver-type.ts'
import type { KeyValue } from './receiver-type.ts'
import { fillTemplate, parseTemplate, templateDocument, TemplateError, valueText } from './template.ts'
import type { Document } from './template.ts'
import { fillUrl, parseUrlTemplate, urlSample } from './url-template.ts'

const JSON_TYPE = 'application/json'

/** The longest value of a header, in bytes. */
const MAX_HEADER_LENGTH = 4_096

/** A POST to any URL: JSON, or what templates make of it. */
export const WEBHOOK = receiverType({
  name: 'webhook',
  mainKey: 'url',
  keys: {
    url: requiredKey('a URL; `{{fields}}` in its path and query', parseUrlTemplate, { isSecret: true }),
    method: optionalKey('`POST` or `PUT`', parseMethod, 'POST'),
    headers: mapKey('the value of a header, with `{{fields}}`', parseHeader, { isSecret: true }),
    body: optionalKey('a text with `{{fields}}`', parseBody, null),
    secret: optionalKey('the key of the signature', parseToken, null, { isSecret: true }),
  },
  check({ headers, body }) {
    const type = contentType(headers)
    if (type.includes('{{')) throw new RangeError('headers: content-type can have no fields')
    if (body !== null) prefixed('body', () => bodyTemplate(body, type))
  },
  warnings: ({ url }) => plainHttpWarnings(urlSample(url)),
  create({ url, method, headers, body, secret }, context) {
    const urlTemplate = parseTemplate(url)
    const urlSecrets = secretsOfUrl(new URL(withoutFields(url)))
    const templates = headers.map(([name, value]) => [name.toLowerCase(), parseTemplate(value)] as const)
    const fillBody = body === null ? plainJson : bodyTemplate(body, contentType(headers))
    const secrets = [
      ...headers.flatMap(([name, value]) => secretsOfHeader(name, withoutFields(value))),
      ...secretsOfBody(withoutFields(body ?? '')),
      ...(secret === null ? [] : [secret]),
    ]
    return {
      async send(notification, signal): Promise<SendResult> {
        const document = templateDocument(notification, context.receiver, context.timeZone)
        let request: HttpRequest
        try {
          const text = fillBody(document)
          const own = templates.map(([name, template]): [string, string] => [
            name,
            headerText(fillTemplate(template, document, valueText)),
          ])
          const signed = secret === null ? {} : { 'x-hub-signature-256': signatureOf(secret, text) }
          request = {
            url: fillUrl(urlTemplate, document),
            method,
            headers: {
              'content-type': JSON_TYPE,
              ...Object.fromEntries(own),
              'idempotency-key': notification.id,
              ...signed,
            },
            body: text,
            secrets,
            urlSecrets,
          }
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error
          return { type: 'refused', said: error.message }
        }
        return sendHttp(request, context, signal)
      },
    }
  },
})

function plainJson({ json }: Document): string {
  return JSON.stringify(json)
}

function contentType(headers: readonly (readonly [name: string, value: string])[]): string {
  return headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? JSON_TYPE
}

/** What of a template may be a secret: no value that is filled in. */
function withoutFields(text: string): string {
  return fillTemplate(parseTemplate(text), {}, () => ' ')
}

function parseMethod({ text }: KeyValue): 'POST' | 'PUT' {
  if (text !== 'POST' && text !== 'PUT') throw new RangeError('POST or PUT')
  return text
}

function parseBody({ text }: KeyValue): string {
  parseTemplate(text)
  return text
}

function parseHeader({ name, text }: KeyValue): string {
  checkHeaderName(name, 'user-agent')
  const value = parseHeaderValue(text)
  prefixed(name, () => parseTemplate(value))
  return value
}

/** Names what a RangeError of `parse` is about. */
function prefixed(name: string, parse: () => void): void {
  try {
    parse()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`${name}: ${error.message}`, { cause: error })
  }
}

/** A value can't end a header: control characters become spaces. Other characters are sent as UTF-8. */
function headerText(text: string): string {
  const bytes = Buffer.from(text.replace(/\p{Cc}/gu, ' ').trim())
  if (bytes.length > MAX_HEADER_LENGTH)
    throw new TemplateError(`headers: a value becomes longer than ${MAX_HEADER_LENGTH} bytes`)
  return bytes.toString('latin1')
}

/** As GitHub signs its webhooks, HMAC-SHA256 of the body: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}
