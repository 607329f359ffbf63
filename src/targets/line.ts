import { parseUrl } from './url.ts'
import type { Parsed } from './url.ts'

/** One line of a list, without its line break: what it names, or null where there is nothing to poll. */
export function parseLine(line: string): Parsed | null {
  if (line.includes('\0')) return { why: 'it holds a NUL: is this a text file?' }
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return null
  const end = text.search(/[ \t]/)
  if (end < 0) return parseUrl(text)
  const rest = text.slice(end).trimStart()
  if (rest.startsWith('#')) return parseUrl(text.slice(0, end))
  // What follows is not quoted: it may be half of a URL with a password.
  const isOption = /^[A-Za-z][\w.-]*=/.test(rest)
  return {
    why: isOption ? 'per-URL options are not supported' : 'only a comment may follow the URL: one URL a line',
  }
}
