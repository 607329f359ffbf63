import { cut } from '../attempt/decode-text.ts'

/** Maximum length of text of a server in the detail of a failed check, in UTF-16 units. */
const MAX_EXCERPT = 120

/** The first 120 characters of a text, or `max`, with runs of white space as one space. */
export function excerpt(text: string, max = MAX_EXCERPT): string {
  // A page may begin with kilobytes of white space, but not all of a long text is looked at.
  const start = text
    .slice(0, 50 * max)
    .replaceAll(/\s+/g, ' ')
    .trim()
  return start.length <= max ? start : `${cut(start, max)}…`
}

/** How much of the text before a place its excerpt shows, in UTF-16 units. */
const CONTEXT = 40

/** 120 characters of a text around a place in it. */
export function excerptAround(text: string, at: number): string {
  const from = Math.max(0, at - CONTEXT)
  return `${from > 0 ? '…' : ''}${excerpt(text.slice(from, at + 50 * MAX_EXCERPT).replace(/^[\udc00-\udfff]/, ''))}`
}
