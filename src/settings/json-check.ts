import { makeJsonPath } from './json-path.ts'

/** A check of JSON: the values at a path, what is demanded of them, and the value that they are compared with. */
export type JsonCheck = readonly [path: string, operator: '' | '=' | '!=' | '<' | '>', value: string]

const OPERATOR = /!=|[=<>]/y

/** As in JSON. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Whether a text is a number as JSON writes it: for all comparisons, others are only texts. */
export function isJsonNumber(text: string): boolean {
  return NUMBER.test(text)
}

/** Parses a check such as `status=ok`, `items[0].count>3` or `id`. Throws a RangeError that does not quote the value. */
export function parseJsonCheck(text: string): JsonCheck {
  const end = endOfPath(text, 0)
  const path = text.slice(0, end)
  if (path === '') throw new RangeError('the path is missing: status=ok')
  makeJsonPath(path)
  const operator = operatorAt(text, end)
  const value = text.slice(end + operator.length)
  if (operator === '' && end < text.length)
    throw new RangeError('after the path, only =, !=, < or > and a value can follow, as in status=ok')
  if ((operator === '<' || operator === '>') && !isJsonNumber(value))
    throw new RangeError('< and > compare with a number, as in count>3')
  return [path, operator, value]
}

/** Where a path that begins at `from` ends: at a space, at an operator or at the end of the text. */
export function endOfPath(text: string, from: number): number {
  let depth = 0
  let at = from
  for (; at < text.length; at++) {
    const char = text[at] as string
    if (char === '[') depth++
    else if (char === ']') depth--
    else if (depth > 0 && (char === '"' || char === "'")) at = endOfName(text, at)
    else if (depth <= 0 && (/[\s=<>]/.test(char) || text.startsWith('!=', at))) break
  }
  return Math.min(at, text.length)
}

/** The operator at a place; '' for none. */
export function operatorAt(text: string, at: number): JsonCheck[1] {
  OPERATOR.lastIndex = at
  return (OPERATOR.exec(text)?.[0] ?? '') as JsonCheck[1]
}

/** The checks of both, except those of `lower` with a path that `higher` has too. */
export function mergeJsonChecks(
  lower: readonly JsonCheck[],
  higher: readonly JsonCheck[],
): readonly JsonCheck[] {
  const paths = new Set(higher.map(([path]) => path))
  return [...lower.filter(([path]) => !paths.has(path)), ...higher]
}

function endOfName(text: string, from: number): number {
  const quote = text[from]
  let at = from + 1
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1
  return at
}
