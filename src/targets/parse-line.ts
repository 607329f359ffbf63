import type { LineProblem } from './parse-options.ts'
import { parseOptionsCached } from './options-cache.ts'
import type { Target } from './target.ts'
import { parseUrl } from './url.ts'

/** What a line says, or its problems; null for a blank line or a comment. */
export type ParsedLine = Target | { readonly problems: readonly LineProblem[] } | null

/** Parses one line of a list, without its line break. */
export function parseLine(line: string): ParsedLine {
  if (line.includes('\0'))
    return { problems: [{ at: null, why: 'it contains a NUL character: is this a text file?' }] }
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return null
  const end = text.search(/[ \t]/)
  const parsed = parseUrl(end < 0 ? text : text.slice(0, end))
  const options = end < 0 ? null : parseOptionsCached(line.trimEnd(), line.indexOf(text) + end)
  if ('url' in parsed && (options === null || 'overrides' in options))
    return { url: parsed.url, overrides: options?.overrides ?? null, labels: options?.labels ?? null }
  const optionProblems = options === null || 'overrides' in options ? [] : options
  return { problems: 'why' in parsed ? [{ at: null, why: parsed.why }, ...optionProblems] : optionProblems }
}
