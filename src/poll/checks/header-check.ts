import { hideLogin, SECRET_HEADER } from '../../settings/hide-login.ts'
import { makePattern } from '../../settings/pattern.ts'
import type { Pattern } from '../../settings/pattern.ts'
import type { UrlOptions } from '../../settings/url-options.ts'
import { decodeText } from '../attempt/decode-text.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { HttpResponse } from '../http/exchange.ts'
import { excerpt } from './excerpt.ts'

/** A header that an answer must have, and what its value must contain. */
export interface HeaderCheck {
  /** In lower case. */
  readonly name: string
  readonly pattern: Pattern
}

/** Builds the checks of headers. Throws a RangeError for a pattern that was not checked before. */
export function headerChecks(options: UrlOptions['responseHeaders']): HeaderCheck[] {
  return options.map(([name, text]) => ({ name: name.toLowerCase(), pattern: makePattern(text) }))
}

/** The first check that these header fields fail, or null. */
export function failedHeader(
  checks: readonly HeaderCheck[],
  fields: NonNullable<HttpResponse['fields']>,
): Failure | null {
  for (const { name, pattern } of checks) {
    const value = joinedValue(fields, name)
    if (value === null) return failure('header', `no header ${name}`)
    if (pattern.test(value)) continue
    return failure('header', isSecret(name) ? `${name} does not match` : `${name}: ${shown(name, value)}`)
  }
  return null
}

/** Whether values of a header may be secrets. What a server asks for is none. */
function isSecret(name: string): boolean {
  return SECRET_HEADER.test(name) && name !== 'www-authenticate'
}

function shown(name: string, value: string): string {
  return excerpt(name.endsWith('location') ? hideLogin(value) : value)
}

/** The text of a header; several of one name are joined with commas, as fetch does. Null: there is none. */
export function joinedValue(fields: NonNullable<HttpResponse['fields']>, name: string): string | null {
  let joined: string | null = null
  for (const [fieldName, value] of fields) {
    if (fieldName !== name) continue
    const text = decodeText(value)
    joined = joined === null ? text : `${joined}, ${text}`
  }
  return joined
}
