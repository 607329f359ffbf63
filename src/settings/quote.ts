import { shorten } from '../resource/shorten.ts'
import { jsonEscape, UNPRINTABLE } from '../resource/unprintable.ts'

/** The longest quotation in a message, in UTF-16 units. */
const MAX_QUOTED_LENGTH = 40

/** Quotes text from a list or configuration in a message: escaped as in JSON, shortened. Never pass it credentials. */
export function quote(text: string): string {
  return JSON.stringify(shorten(text, MAX_QUOTED_LENGTH)).replace(UNPRINTABLE, jsonEscape)
}

/** What may hold credentials in a file name that was meant as a URL: `ftp://me:se/cret@`, `http:me:secret@`. */
const USERINFO = /^([a-z][a-z0-9+.-]*:\/+|https?:).*@/i

/** The name of a list or file for a message: without credentials, and quoted if it has unprintable characters. */
export function redactName(file: string): string {
  const name = file.replace(USERINFO, '$1')
  return JSON.stringify(name) === `"${name}"` && name.search(UNPRINTABLE) < 0 ? name : quote(name)
}

/** Escapes the unprintable characters of a text for a message. */
export function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, jsonEscape)
}
