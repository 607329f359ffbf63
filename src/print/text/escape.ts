import { jsonEscape, UNPRINTABLE } from '../../resource/unprintable.ts'

/** Text from outside is shown up to this length, in UTF-16 units. */
export const MAX_SHOWN_LENGTH = 80

/** Text from outside made safe for a terminal: what does not print as `\u{1b}`, and cut at `most` characters. */
export function escapeText(text: string, maxLength: number = MAX_SHOWN_LENGTH): string {
  // Not between the halves of a surrogate pair.
  const cut =
    text.length > maxLength ? `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…` : text
  return cut.replace(UNPRINTABLE, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`)
}

/** JSON made safe for a terminal, its values unchanged: `JSON.stringify` escapes C0 and leaves the rest as it is. */
export function escapeJson(json: string): string {
  return json.replace(UNPRINTABLE, jsonEscape)
}
