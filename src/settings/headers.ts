import { validateHeaderName, validateHeaderValue } from 'node:http'

/** What the exchange of a poll decides by itself. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
])

/** A custom header. */
export type Header = [name: string, value: string]

/** A header such as `accept: text/html`. Throws a RangeError, without the value: it may be a secret. */
export function parseHeader(text: string): Header {
  const colon = text.indexOf(':')
  if (colon < 1) throw new RangeError('not a header such as "name: value"')
  const name = text.slice(0, colon).trim()
  checkHeaderName(name, '--user-agent')
  return [name, parseHeaderValue(text.slice(colon + 1))]
}

/** Throws a RangeError for a name that no custom header can have; `instead`: what sets the user agent. */
export function checkHeaderName(name: string, instead: string): void {
  if (!isValid(() => validateHeaderName(name)))
    throw new RangeError('a name with a character that a header may not hold')
  if (name.toLowerCase() === 'user-agent') throw new RangeError(`use ${instead} for this one`)
  if (RESERVED_HEADERS.has(name.toLowerCase())) throw new RangeError(`${name} can't be set`)
}

/** The value of a header, or a user agent's name. Throws a RangeError, without the value. */
export function parseHeaderValue(text: string): string {
  const value = text.trim()
  if (!isValid(() => validateHeaderValue('x', value)))
    throw new RangeError('a value with a character that a header may not hold')
  return value
}

function isValid(validate: () => void): boolean {
  try {
    validate()
    return true
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}
