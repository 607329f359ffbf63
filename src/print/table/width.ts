import stringWidth from 'string-width'

// The only door to string-width. A terminal gives a wide character two columns and a combining one none.

const PRINTABLE_ASCII = /^[\u0020-\u007e]*$/
const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** The width of a text without control characters, in columns of a terminal. */
export function textWidth(text: string): number {
  return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text)
}

/** Cuts a text to at most `width` columns, with an ellipsis at the end if something is missing. Never cuts a character in two. */
export function truncateTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  if (width < 1) return ''
  let cut = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment)
    if (used > width) break
    cut += segment
  }
  return `${cut}…`
}

/** Cuts a text to at most `width` columns in its middle: both ends of a URL tell it from others. */
export function shortenTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  if (width < 3) return truncateTo(text, width)
  const end = Math.floor((width - 1) / 2)
  const parts = [...graphemes.segment(text)].map(({ segment }) => segment)
  let tail = ''
  for (let n = parts.length - 1; n >= 0 && textWidth(parts[n] + tail) <= end; n--) tail = parts[n] + tail
  return `${truncateTo(text, width - textWidth(tail))}${tail}`
}

/** A text in exactly `width` columns, followed by blanks. */
export function padEndTo(text: string, width: number): string {
  const cut = truncateTo(text, width)
  return cut + ' '.repeat(Math.max(0, width - textWidth(cut)))
}

/** A text in exactly `width` columns, preceded by blanks. */
export function padStartTo(text: string, width: number): string {
  const cut = truncateTo(text, width)
  return ' '.repeat(Math.max(0, width - textWidth(cut))) + cut
}

/** A text in lines of at most `width` columns, broken at blanks, and in a word only if it is wider than a line. */
export function wrapTo(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && textWidth(line) + 1 + textWidth(word) <= width)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(...breakWord(word, width))
  }
  return lines
}

function breakWord(word: string, width: number): string[] {
  const parts = ['']
  let used = 0
  for (const { segment } of graphemes.segment(word)) {
    used += textWidth(segment)
    if (used > width && parts.at(-1) !== '') {
      parts.push('')
      used = textWidth(segment)
    }
    parts[parts.length - 1] += segment
  }
  return parts
}
