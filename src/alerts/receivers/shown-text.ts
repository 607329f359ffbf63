import { shorten } from '../../resource/shorten.ts'
import { escapeUnprintable } from '../../settings/quote.ts'

/**
 * Text of anybody as it may stand in a message: one line of at most `maxLength` UTF-16 units, without characters that are not seen or that
 * turn the direction of others, which become `\u202e`. What a service does with the characters that are left is up to its own escaping.
 */
export function shownText(text: string, maxLength: number): string {
  // Shortened first, so that a long text costs nothing, and again because escapes are longer than what they stand for.
  return shorten(escapeUnprintable(shorten(text, maxLength).toWellFormed()).trim(), maxLength)
}

/** A text that `escape` makes at most `maxLength` UTF-16 units long: shortened before it is escaped, so that no escape is cut. */
export function escapeWithin(text: string, maxLength: number, escape: (text: string) => string): string {
  const escaped = escape(text)
  if (escaped.length <= maxLength) return escaped
  let [fits, tooLong] = [0, text.length]
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (escape(shorten(text, middle)).length <= maxLength) fits = middle
    else tooLong = middle
  }
  return escape(shorten(text, fits))
}
