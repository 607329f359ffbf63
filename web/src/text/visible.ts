/** Characters that are not seen, or that turn the order of what follows. */
const HIDDEN = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/**
 * A text of a list or a server as it is shown: nothing in it is hidden, and nothing changes what stands beside it. A tab, which a reason
 * phrase may have, is a space.
 */
export function visible(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(HIDDEN, '\u{FFFD}')
}
