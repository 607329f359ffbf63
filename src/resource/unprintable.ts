/**
 * Characters that move the cursor, start an escape sequence, break a line or change the reading direction (C0, C1, bidi,
 * separators), and invisible characters whose width differs by terminal: soft hyphens, zero-width characters, variation
 * selectors, tags.
 */
export const UNPRINTABLE =
  /[\p{Cc}\p{Default_Ignorable_Code_Point}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]/gu

/** Escapes every UTF-16 unit of a text in the way of JSON: `\u001b`. */
export function jsonEscape(text: string): string {
  return text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
