import { shorten } from '../../resource/shorten.ts'
import { jsonEscape, UNPRINTABLE } from '../../resource/unprintable.ts'

/** Maximum length of a text from outside, in UTF-16 units. */
export const MAX_SHOWN_LENGTH = 80

/** What is not printable ASCII may be unprintable. */
const NOT_PLAIN = /[^\u0020-\u007e]/

/** Makes a text from outside safe for a terminal: escapes unprintable characters as `\u{1b}`, and cuts it at `maxLength`. */
export function escapeText(text: string, maxLength: number = MAX_SHOWN_LENGTH): string {
  return shorten(text, maxLength).replace(UNPRINTABLE, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`)
}

/** Makes JSON safe for a terminal without changing its values: `JSON.stringify` escapes only C0. */
export function escapeJson(json: string): string {
  // Nearly all JSON here is ASCII, in which a look takes a third of the time of the whole set of characters.
  return NOT_PLAIN.test(json) ? json.replace(UNPRINTABLE, jsonEscape) : json
}
