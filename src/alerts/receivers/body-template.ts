import { fillTemplate, parseTemplate, sampleDocument, valueText } from './template.ts'
import type { Document, Field, Template } from './template.ts'

/** Fills in a body with the fields of a document. Throws a TemplateError. */
export type FillBody = (document: Document) => string

/** Control characters other than tabs and line breaks. */
const CONTROLS = /[^\P{Cc}\t\n]/gu

/** A text that ends within an escape of JSON: what follows would be a part of it. */
const OPEN_ESCAPE = /(?<!\\)(\\\\)*\\(u[\da-f]{0,3})?$/i

/** How a body of a content type is filled in. Throws a RangeError for a template that is none, or is not of this type. */
export function bodyTemplate(text: string, contentType: string): FillBody {
  const template = parseTemplate(text)
  const type = contentType.replace(/;.*$/s, '').trim().toLowerCase()
  if (/^application\/json$|\+json$/.test(type)) return jsonBody(template)
  const escape = escapeFor(type)
  if (escape === null)
    throw new RangeError(
      'values can be escaped for a content-type of JSON, XML, HTML, text/plain and application/x-www-form-urlencoded alone',
    )
  return (document) => fillTemplate(template, document, (value) => escape(valueText(value)))
}

function escapeFor(type: string): ((text: string) => string) | null {
  if (type === 'application/x-www-form-urlencoded') return (text) => encodeURIComponent(text.toWellFormed())
  if (/^(application|text)\/(xml|html)$|\+xml$/.test(type)) return escapeMarkup
  return type === 'text/plain' ? (text) => text.replace(CONTROLS, ' ') : null
}

function escapeMarkup(text: string): string {
  return text.replace(CONTROLS, ' ').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Between quotes a field is text, elsewhere it is a value of JSON: `{"text": "{{summary}}", "n": {{total}}}`. */
function jsonBody(template: Template): FillBody {
  const inString = fieldsInStrings(template)
  const fill: FillBody = (document) =>
    fillTemplate(template, document, (value, field) =>
      inString.has(field) ? JSON.stringify(valueText(value)).slice(1, -1) : JSON.stringify(value ?? null),
    )
  try {
    JSON.parse(fill(sampleDocument()))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new RangeError('with its fields filled in, it is not JSON', { cause: error })
  }
  return fill
}

function fieldsInStrings(template: Template): ReadonlySet<Field> {
  const fields = new Set<Field>()
  let isInString = false
  let before = ''
  for (const part of template) {
    if (typeof part !== 'string') {
      if (OPEN_ESCAPE.test(before)) throw new RangeError('a field can not follow a backslash')
      if (isInString) fields.add(part)
      before = ''
      continue
    }
    before = part
    // A quote after a backslash is a part of its string.
    for (const [found] of part.matchAll(/\\.|"/gs)) if (found === '"') isInString = !isInString
  }
  return fields
}
