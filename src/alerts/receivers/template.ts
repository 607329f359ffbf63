import { closestName } from '../../settings/closest-name.ts'
import { quote } from '../../settings/quote.ts'
import type { Notification } from '../notification.ts'
import { plainBody, subjectLine } from './message-fit.ts'
import { messageText } from './message-text.ts'
import { notificationJson } from './notification-json.ts'
import { testNotification } from './test-notification.ts'

/** The longest template, in UTF-16 units, and the most fields in one. With them, filling it in takes a bounded time. */
const MAX_TEMPLATE_LENGTH = 65_536
const MAX_FIELDS = 100

/** The longest text that a template can become, in UTF-16 units. */
const MAX_FILLED_LENGTH = 1 << 20

/** What fields are taken from. */
export type Document = Readonly<Record<string, unknown>>

/** A place to fill in, by its path in the document: `{{labels.team}}`. */
export interface Field {
  readonly path: readonly string[]
}

/** A text with fields. It is data: it has no conditions, loops or calls. */
export type Template = readonly (string | Field)[]

/** A template that a notification does not fit into. The message is a clause without values. */
export class TemplateError extends Error {}

/** The fields of a notification: those of its JSON, that itself as `json`, and its message for people as `title` and `text`. */
export function templateDocument(notification: Notification, receiver: string, timeZone?: string): Document {
  const json = notificationJson(notification, receiver)
  const message = messageText(notification, timeZone)
  return { ...json, json, title: subjectLine(message), text: plainBody(message) }
}

let sample: Document | null = null

/** A document with all fields, to check templates with. Made when it is asked for: its times load ICU. */
export function sampleDocument(): Document {
  return (sample ??= templateDocument(testNotification('test', 'test', 0), 'test'))
}

/** Parses a template. Throws a RangeError for a field that there is not. */
export function parseTemplate(text: string): Template {
  if (text.length > MAX_TEMPLATE_LENGTH)
    throw new RangeError(`${text.length} characters; the limit is ${MAX_TEMPLATE_LENGTH}`)
  const template: (string | Field)[] = []
  const [first = '', ...others] = text.split('{{')
  if (others.length > MAX_FIELDS) throw new RangeError(`${others.length} fields; the limit is ${MAX_FIELDS}`)
  if (first !== '') template.push(first)
  for (const other of others) {
    const end = other.indexOf('}}')
    if (end < 0) throw new RangeError('{{ without }}')
    template.push({ path: parsePath(other.slice(0, end).trim()) })
    if (end + 2 < other.length) template.push(other.slice(end + 2))
  }
  return template
}

function parsePath(name: string): readonly string[] {
  const [top = '', ...rest] = name.split('.')
  // A label may have a dot in its name.
  if (top === 'labels' && rest.length > 0) return [top, rest.join('.')]
  const sampled = sampleDocument()
  const tops = Object.keys(sampled)
  const states = Object.keys(sampled['state'] as Document).map((key) => `state.${key}`)
  if (rest.length === 0 ? tops.includes(name) : states.includes(name)) return [top, ...rest]
  const known = rest.length > 0 && top === 'state' ? states : [...tops, 'labels.NAME', 'state.NAME']
  const meant = closestName(name, known)
  const hint = meant === null ? `there are ${known.join(', ')}` : `did you mean ${quote(meant)}?`
  throw new RangeError(`no field ${quote(name)}: ${hint}`)
}

/** Fills in a template. `escape` makes text of a value for where it stands. Throws a TemplateError if it becomes too long. */
export function fillTemplate(
  template: Template,
  document: Document,
  escape: (value: unknown, field: Field) => string,
): string {
  let filled = ''
  for (const part of template) {
    filled += typeof part === 'string' ? part : escape(valueOf(document, part), part)
    if (filled.length > MAX_FILLED_LENGTH) throw new TemplateError('it becomes longer than 1 MiB')
  }
  return filled
}

function valueOf(document: Document, { path }: Field): unknown {
  const [top = '', ...rest] = path
  let value: unknown = document[top]
  // Own keys alone: a label may be called `constructor`.
  for (const key of rest)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Document)[key]
        : null
  return value
}

/** A value as text: nothing for null, JSON for what is no text. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
