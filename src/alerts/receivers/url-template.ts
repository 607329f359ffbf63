import { MAX_URL_LENGTH } from '../../settings/url.ts'
import { parseReceiverUrl } from './http-keys.ts'
import { fillTemplate, parseTemplate, TemplateError, valueText } from './template.ts'
import type { Document, Template } from './template.ts'
import type { KeyValue } from './receiver-type.ts'

/** Parses a URL whose path and query may have fields. Returns it as it was given, or normalised. Throws a RangeError. */
export function parseUrlTemplate(value: KeyValue): string {
  const template = parseTemplate(value.text)
  if (!template.some((part) => typeof part !== 'string')) return parseReceiverUrl(value)
  const [start] = template
  if (typeof start !== 'string' || !/^https?:\/\/[^/?#\\]+[/?]/i.test(start))
    throw new RangeError('fields can stand in the path and the query alone, after https://HOST/')
  parseReceiverUrl({ ...value, text: fillTemplate(template, {}, () => 'x') })
  return value.text
}

/** A URL without fields: each of them is `x`. */
export function urlSample(text: string): string {
  return fillTemplate(parseTemplate(text), {}, () => 'x')
}

/**
 * Fills in a URL. A value is always one part of the path or the query: it is encoded, and a notification that makes `..` of a part is refused,
 * since it would choose another path. Throws a TemplateError.
 */
export function fillUrl(template: Template, document: Document): string {
  const expected = new URL(fillTemplate(template, {}, () => 'x'))
  const url = new URL(
    fillTemplate(template, document, (value) => encodeURIComponent(valueText(value).toWellFormed())),
  )
  if (url.origin !== expected.origin || partsOf(url) !== partsOf(expected))
    throw new TemplateError('url: a value would change its path')
  if (url.href.length > MAX_URL_LENGTH)
    throw new TemplateError(`url: it becomes longer than ${MAX_URL_LENGTH} characters`)
  return url.href
}

function partsOf({ pathname }: URL): number {
  return pathname.split('/').length
}
