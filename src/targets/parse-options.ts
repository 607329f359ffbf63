import { OverrideError } from '../settings/override.ts'
import { UrlSettingsBuilder } from '../settings/url-settings.ts'
import type { UrlSettings } from '../settings/url-settings.ts'

/** What is wrong with a line. */
export interface LineProblem {
  /** The UTF-16 unit of the line at which it begins; null: it is the line, or its URL. */
  readonly at: number | null
  readonly why: string
}

/** Mistakes of one line that are told. */
const MAX_PROBLEMS = 10

/** A word up to `=`. The name of a header or a label may hold more than that of an option. */
const KEY = /([A-Za-z][\w-]*|(?:header|label)\.[^\s"'=]*)=/y

/** A value in quotes, with `\"` and `\\` in it; one in apostrophes, as it is; or one without a space. */
const VALUE = /"((?:[^"\\]|\\["\\])*)"(?=\s|$)|'([^']*)'(?=\s|$)|([^\s"'][^\s]*|)(?=\s|$)/y

const SPACE = /\s*/y

const NOT_AN_OPTION = 'only options such as interval=10s and a comment may follow the URL: one URL a line'

/**
 * Options such as `interval=10s label.team="a b" # comment` from `from` on in a line: what they say, or what is wrong with
 * them. Values are never shown: they may be secrets. What may be half of a URL with a password is not shown either: no
 * unknown key before an @, and nothing that is no option.
 */
export function parseOptions(line: string, from: number): UrlSettings | readonly LineProblem[] {
  const builder = new UrlSettingsBuilder()
  const problems: LineProblem[] = []
  let at = skipSpace(line, from)
  while (at < line.length && line[at] !== '#' && problems.length < MAX_PROBLEMS) {
    const key = match(KEY, line, at)?.[1]
    if (key === undefined) return [...problems, { at, why: NOT_AN_OPTION }]
    const valueAt = at + key.length + 1
    const [whole, quoted, literal, bare] = match(VALUE, line, valueAt) ?? []
    if (whole === undefined) return [...problems, { at: valueAt, why: describeBadQuotes(line, valueAt) }]
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? literal ?? bare ?? ''
    const error = catchOverrideError(() => builder.add(key, value))
    if (error?.part === 'key')
      problems.push({ at, why: line.includes('@', at) ? NOT_AN_OPTION : error.message })
    else if (error !== null) problems.push({ at: valueAt, why: error.message })
    at = skipSpace(line, valueAt + whole.length)
  }
  return problems.length > 0 ? problems : builder.settings
}

function match(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(line)
}

function skipSpace(line: string, at: number): number {
  return at + (match(SPACE, line, at)?.[0].length ?? 0)
}

function describeBadQuotes(line: string, at: number): string {
  const quotes = line[at] as string
  const what = quotes === '"' ? 'a quote' : 'an apostrophe'
  const end = quotes === '"' ? line.slice(at + 1).search(/(?<!\\)(?:\\\\)*"/) : line.indexOf(quotes, at + 1)
  if (end < 0) return `${what} that has no end`
  return quotes === '"'
    ? 'in quotes, \\ comes before " and \\ only; after them, a space'
    : 'after an apostrophe that ends a value comes a space'
}

function catchOverrideError(say: () => void): OverrideError | null {
  try {
    say()
    return null
  } catch (error) {
    if (error instanceof OverrideError) return error
    throw error
  }
}
