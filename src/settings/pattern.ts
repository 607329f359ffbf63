import type * as Re2js from 're2js'
import { packageLoader } from './package-loader.ts'

// The door to re2js, whose time is linear in the length of the text whatever the expression is. A RegExp can take hours for a
// page of a server that wants it to, and one thread polls thousands of URLs.

/** What a check looks for in a text. */
export interface Pattern {
  /** As it was written. */
  readonly source: string
  /** The text that must be contained; null for a regular expression. */
  readonly literal: string | null
  /** Whether the text contains it or matches it. */
  readonly test: (text: string) => boolean
  /** Where it is found first, in UTF-16 units; -1 if it is not. */
  readonly find: (text: string) => number
}

/** `/EXPRESSION/FLAGS`. The last slash counts. */
const EXPRESSION = /^\/(.+)\/([a-z]*)$/s

const load = packageLoader('re2js') as () => typeof Re2js

const FLAGS: ReadonlyMap<string, 'CASE_INSENSITIVE' | 'MULTILINE' | 'DOTALL' | null> = new Map([
  ['i', 'CASE_INSENSITIVE'],
  ['m', 'MULTILINE'],
  ['s', 'DOTALL'],
  // All expressions are matched by characters, as RegExp does with u.
  ['u', null],
] as const)

/** What RE2 leaves out, since no engine can match it in linear time. */
const UNSUPPORTED = /\(\?<?[=!]|\\[1-9]|\\k</

/** The longest expression, in UTF-16 units: a longer one makes an automaton of many megabytes. */
const MAX_LENGTH = 1_000

/** Builds what `/EXPRESSION/FLAGS` or another text stands for. Throws a RangeError that does not quote it. */
export function makePattern(text: string): Pattern {
  if (!text.startsWith('/'))
    return {
      source: text,
      literal: text,
      test: (subject) => subject.includes(text),
      find: (subject) => subject.indexOf(text),
    }
  const compiled = compile(text)
  return {
    source: text,
    literal: null,
    test: (subject) => compiled.test(subject),
    find(subject) {
      const matcher = compiled.matcher(subject)
      return matcher.find() ? matcher.start() : -1
    },
  }
}

/** Checks the text of a pattern and returns it. Throws a RangeError that does not quote it. */
export function checkPattern(text: string): string {
  makePattern(text)
  return text
}

function compile(text: string): Re2js.RE2JS {
  const { RE2JS } = load()
  const [, source, flags] = EXPRESSION.exec(text) ?? []
  if (source === undefined || flags === undefined)
    throw new RangeError(
      'what begins with a slash is a regular expression, and this one has no closing slash: /ok|ready/i, or /\\/ok/ for the text',
    )
  if (source.length > MAX_LENGTH)
    throw new RangeError(`the regular expression is longer than ${MAX_LENGTH} characters`)
  let bits = 0
  for (const flag of flags) {
    const name = FLAGS.get(flag)
    if (name === undefined)
      throw new RangeError(
        'after the closing slash only the flags i, m, s and u can follow, as in /ok|ready/i',
      )
    if (name !== null) bits |= RE2JS[name]
  }
  return compileSource(RE2JS.translateRegExp(source), source, bits)
}

/** `shown`: the expression as it was written. */
function compileSource(source: string, shown: string, bits: number): Re2js.RE2JS {
  try {
    return load().RE2JS.compile(source, bits)
  } catch (error) {
    throw new RangeError(
      UNSUPPORTED.test(shown)
        ? 'lookaround and back-references are not supported: write it without them, as in /ok|ready/i'
        : 'not a valid regular expression in the syntax of RE2, such as /"status": *"(ok|ready)"/i',
      { cause: error },
    )
  }
}

/** A regular expression in the syntax of RE2, as Go has it. */
export interface Expression {
  readonly test: (text: string) => boolean
  /** The first match: the whole of it, then what its groups have matched, by number and by name. Null: there is none. */
  readonly match: (text: string) => ExpressionMatch | null
}

/** What the groups of an expression have matched; '' for those that have no part in the match. */
export type ExpressionMatch = ReadonlyMap<string, string>

/** Builds an expression. Throws a RangeError that does not quote it. */
export function makeExpression(source: string): Expression {
  if (source.length > MAX_LENGTH)
    throw new RangeError(`the regular expression is longer than ${MAX_LENGTH} characters`)
  const compiled = compileSource(source, source, 0)
  return {
    test: (text) => compiled.test(text),
    match(text) {
      const matcher = compiled.matcher(text)
      if (!matcher.find()) return null
      const numbers = Array.from({ length: matcher.groupCount() + 1 }, (_, n) => n)
      return new Map([
        ...numbers.map((n) => [String(n), matcher.group(n) ?? ''] as const),
        ...Object.entries(matcher.getNamedGroups()).map(([name, value]) => [name, value ?? ''] as const),
      ])
    },
  }
}

/** Builds the test of whether an expression matches the whole of a text. Throws a RangeError that does not quote it. */
export function wholeExpression(source: string): (text: string) => boolean {
  if (source.length > MAX_LENGTH)
    throw new RangeError(`the regular expression is longer than ${MAX_LENGTH} characters`)
  const compiled = compileSource(source, source, 0)
  return (text) => compiled.matches(text)
}

/** Builds an I-Regexp (RFC 9485), for `match` of the whole text or `search` in it. An invalid one matches nothing. */
export function makeIRegexp(source: string, isWhole: boolean): (text: string) => boolean {
  if (source.length > MAX_LENGTH) return () => false
  try {
    const compiled = load().RE2JS.compile(
      source.replaceAll(DOT, (part) => (part === '.' ? '[^\\n\\r]' : part)),
    )
    return isWhole ? (text) => compiled.matches(text) : (text) => compiled.test(text)
  } catch {
    return () => false
  }
}

/** A dot outside of brackets, which matches no line break, or what else a dot can stand in. */
const DOT = /\\.|\[(?:[^\\\]]|\\.)*\]|\./gs
