import { checkPattern } from './pattern.ts'

// As validateHeaderName and validateHeaderValue of node:http, which takes a quarter of the start to load.

/** The name of a field: a token of RFC 9110. */
const FIELD_NAME = /^[\w!#$%&'*+\-.^`|~]+$/

/** The value of a field: RFC 9110 with what it calls obsolete. */
const FIELD_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/

/** Headers that a poll sets itself. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'sec-websocket-accept',
  'sec-websocket-extensions',
  'sec-websocket-key',
  'sec-websocket-version',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
])

/** A custom header. */
export type Header = readonly [name: string, value: string]

/** Parses a header such as `accept: text/html`. Throws a RangeError that does not quote the value, which may be a secret. */
export function parseHeader(text: string): Header {
  const colon = text.indexOf(':')
  if (colon < 1) throw new RangeError('not a header such as "name: value"')
  const name = text.slice(0, colon).trim()
  checkHeaderName(name, '--user-agent')
  return [name, parseHeaderValue(text.slice(colon + 1))]
}

/** Parses a check of a header such as `content-type: json`. Throws a RangeError that does not quote the value. */
export function parseHeaderCheck(text: string): Header {
  const colon = text.indexOf(':')
  if (colon < 1) throw new RangeError('not a header and what it must contain such as "content-type: /json/"')
  const name = text.slice(0, colon).trim()
  checkAnswerHeaderName(name)
  return [name, checkPattern(text.slice(colon + 1).trim())]
}

/** The headers of both, except those of `lower` that `higher` also has, in any case. */
export function mergeHeaders(lower: readonly Header[], higher: readonly Header[]): readonly Header[] {
  const names = new Set(higher.map(([name]) => name.toLowerCase()))
  return [...lower.filter(([name]) => !names.has(name.toLowerCase())), ...higher]
}

/** Throws a RangeError if no header can have this name. */
export function checkFieldName(name: string): void {
  if (!FIELD_NAME.test(name)) throw new RangeError('the name has a character that is not allowed in a header')
}

/** Throws a RangeError if no check of a header can have this name: with `!` at its end, not to have a text was meant. */
export function checkAnswerHeaderName(name: string): void {
  checkFieldName(name)
  if (name.endsWith('!')) throw new RangeError('a header has no != as body and json have')
}

/** Throws a RangeError if no custom header can have this name. `instead` names the setting for the user agent. */
export function checkHeaderName(name: string, instead: string): void {
  checkFieldName(name)
  if (name.toLowerCase() === 'user-agent') throw new RangeError(`use ${instead} to set this header`)
  if (RESERVED_HEADERS.has(name.toLowerCase())) throw new RangeError(`${name} can't be set`)
}

/** Parses the value of a header. Throws a RangeError that does not quote it. */
export function parseHeaderValue(text: string): string {
  const value = text.trim()
  if (!FIELD_VALUE.test(value))
    throw new RangeError('the value has a character that is not allowed in a header')
  return value
}
