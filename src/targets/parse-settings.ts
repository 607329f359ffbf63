import { keepsEscapes, NAMED_SETTINGS, OverrideError, takesPattern } from '../settings/override.ts'
import { UrlSettingsBuilder } from '../settings/url-settings.ts'
import { endOfPath, operatorAt } from '../settings/json-check.ts'
import { unfitSetting } from '../settings/schemes.ts'
import type { SchemeName } from '../settings/schemes.ts'
import type { UrlSettings } from '../settings/url-settings.ts'

/** A problem in a line. */
export interface LineProblem {
  /** Where it begins, in UTF-16 units from the start of the line; null: the whole line or its URL. */
  readonly at: number | null
  readonly why: string
}

/** The most problems that are reported for one line. */
const MAX_PROBLEMS = 10

/** A word up to `=`. Names of headers and labels may have more characters than names of other settings. */
const KEY = new RegExp(`([A-Za-z][\\w-]*!?|(?:${[...NAMED_SETTINGS.keys()].join('|')})\\.[^\\s"'=]*)=`, 'y')

/** A value in double quotes, with the escapes `\"` and `\\`; in single quotes, without escapes; or without spaces. */
const VALUE = /"((?:[^"\\]|\\["\\])*)"(?=\s|$)|'([^']*)'(?=\s|$)|([^\s"'][^\s]*|)(?=\s|$)/y

/** A value in double quotes whose escapes are left as they are, as what stands in the second place of VALUE. */
const ESCAPED = /"((?!))?((?:[^"\\]|\\.)*)"(?=\s|$)/y

/** An expression between slashes, in which spaces can stand and, in brackets, slashes. */
const EXPRESSION = /(\/(?:[^\\/[]|\\.|\[(?:[^\\\]]|\\.)+\])+\/[a-z]*)(?=\s|$)/y

const SPACE = /\s*/y

/** `json.PATH` is the setting `json` with a value that begins with PATH, in which spaces and `=` can stand. */
const JSON_KEY = 'json'
const JSON_PREFIX = `${JSON_KEY}.`

const NOT_A_SETTING =
  'only settings such as interval=10s and a comment can follow the URL; write one URL per line, and spaces of a value in quotes'

/**
 * Parses settings such as `interval=10s label.team="a b" # comment`, which begin at `from` in a line. Problems never quote values,
 * which may be secrets, nor text that may be a part of a URL with a password: no unknown key before an @, and no text that is not
 * a setting. `scheme`: that of the URL; null: it is not known.
 * `directory`: see UrlSettingsBuilder.
 */
export function parseSettings(
  line: string,
  from: number,
  scheme: SchemeName | null = null,
  directory?: string,
): UrlSettings | readonly LineProblem[] {
  const builder = new UrlSettingsBuilder(directory)
  const problems: LineProblem[] = []
  let at = skipSpace(line, from)
  while (at < line.length && line[at] !== '#' && problems.length < MAX_PROBLEMS) {
    const check = line.startsWith(JSON_PREFIX, at) ? readJsonCheck(line, at) : null
    const key = check === null ? match(KEY, line, at)?.[1] : JSON_KEY
    if (key === undefined) return [...problems, { at, why: NOT_A_SETTING }]
    const valueAt = check === null ? at + key.length + 1 : check.end
    const [written, quoted, literal, bare] =
      (check?.isComplete === true ? [''] : null) ??
      (takesPattern(key) ? matchExpression(line, valueAt) : null) ??
      (keepsEscapes(key) ? match(ESCAPED, line, valueAt) : null) ??
      match(VALUE, line, valueAt) ??
      []
    if (written === undefined) return [...problems, { at: valueAt, why: describeBadQuotes(line, valueAt) }]
    const value = quoted?.replaceAll(/\\(.)/g, '$1') ?? literal ?? bare ?? ''
    const error = catchOverrideError(() => builder.add(key, `${check?.text ?? ''}${value}`))
    if (error?.part === 'key')
      problems.push({ at, why: line.includes('@', at) ? NOT_A_SETTING : error.message })
    else if (error !== null) problems.push({ at: check === null ? valueAt : at, why: error.message })
    else {
      const unfit = scheme === null ? null : unfitSetting(scheme, key)
      if (unfit !== null) problems.push({ at, why: unfit })
    }
    at = skipSpace(line, valueAt + written.length)
  }
  if (problems.length > 0) return problems
  const { missing } = builder
  return missing === null ? builder.settings : [{ at: skipSpace(line, from), why: missing }]
}

/** The path and the operator of `json.PATH=`. `isComplete`: no value follows. */
function readJsonCheck(line: string, at: number): { text: string; end: number; isComplete: boolean } {
  const from = at + JSON_PREFIX.length
  const endOfName = endOfPath(line, from)
  const operator = operatorAt(line, endOfName)
  const end = endOfName + operator.length
  return { text: line.slice(from, end), end, isComplete: operator === '' }
}

function match(pattern: RegExp, line: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(line)
}

/** An expression in the place of the value without quotes. */
function matchExpression(line: string, at: number): readonly (string | undefined)[] | null {
  const expression = match(EXPRESSION, line, at)?.[1]
  return expression === undefined ? null : [expression, undefined, undefined, expression]
}

function skipSpace(line: string, at: number): number {
  return at + (match(SPACE, line, at)?.[0].length ?? 0)
}

function describeBadQuotes(line: string, at: number): string {
  const quotes = line[at] as string
  const what = quotes === '"' ? 'double' : 'single'
  const end = quotes === '"' ? line.slice(at + 1).search(/(?<!\\)(?:\\\\)*"/) : line.indexOf(quotes, at + 1)
  if (end < 0) return `this ${what} quote is never closed`
  return quotes === '"'
    ? 'in double quotes, write \\" for a quote and \\\\ for a backslash; a space must follow the closing quote'
    : 'a space must follow the closing quote'
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
