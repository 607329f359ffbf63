import { isJsonNumber } from '../../settings/json-check.ts'
import type { JsonCheck } from '../../settings/json-check.ts'
import { makeJsonPath, MAX_FOUND, searchesDocument } from '../../settings/json-path.ts'
import type { JsonPath } from '../../settings/json-path.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import { excerpt } from './excerpt.ts'
import { isLarge, parseJson } from './json-document.ts'

/** A check of JSON, ready to be used. */
export interface CompiledJsonCheck {
  readonly path: string
  readonly find: JsonPath
  /** The time of `find` grows with the document. */
  readonly searches: boolean
  /** Whether a value that was found is as it should be. */
  readonly passes: (value: unknown) => boolean
}

/** Values at such a path may be secrets: a detail does not show them. */
const SECRET = /passw|secret|token|key|credential|auth/i

/** Builds checks. Throws a RangeError for a path that was not checked before. */
export function jsonChecks(checks: readonly JsonCheck[]): CompiledJsonCheck[] {
  return checks.map(([path, operator, text]) => ({
    path,
    find: makeJsonPath(path),
    searches: searchesDocument(path),
    passes: comparison(operator, text),
  }))
}

/** The first check that a text fails, or null: there must be a value at the path, and every value there must pass. */
export function failedJson(checks: readonly CompiledJsonCheck[], text: string): Failure | null {
  try {
    const document = parseJson(text)
    if (checks.some(({ searches }) => searches) && isLarge(document))
      return failure('body', 'the JSON has too many values for a path with .., *, : or ?')
    for (const check of checks) {
      const detail = failedPath(check, document)
      if (detail !== null) return failure('body', detail)
    }
    return null
  } catch (error) {
    if (error instanceof SyntaxError)
      return failure('body', text === '' ? 'not JSON: the body is empty' : `not JSON: ${excerpt(text)}`)
    if (error instanceof RangeError) return failure('body', 'the JSON is nested too deeply')
    throw error
  }
}

function failedPath({ path, find, passes }: CompiledJsonCheck, document: unknown): string | null {
  const found = find(document)
  if (found.length === 0) return `nothing at ${path}`
  if (found.length === MAX_FOUND) return `too many values at ${path}`
  const wrong = found.findIndex((value) => !passes(value))
  if (wrong === -1) return null
  const which = found.length === 1 ? path : `${path} (${wrong + 1} of ${found.length})`
  return SECRET.test(path) ? `${which} is another value` : `${which}: ${describe(found[wrong])}`
}

function comparison(operator: JsonCheck[1], text: string): CompiledJsonCheck['passes'] {
  const number = numberOf(text)
  switch (operator) {
    case '=':
      return (value) => equals(value, text, number)
    case '!=':
      return (value) => !equals(value, text, number)
    case '<':
      return (value) => isNumber(value) && value < number
    case '>':
      return (value) => isNumber(value) && value > number
    default:
      return () => true
  }
}

/** Texts are compared as texts, numbers by their values, true, false and null by their names. */
function equals(value: unknown, text: string, number: number | bigint): boolean {
  if (typeof value === 'string') return value === text
  // oxlint-disable-next-line eqeqeq -- a number and a bigint of the same value are equal
  if (isNumber(value)) return value == number
  return (value === null || typeof value === 'boolean') && String(value) === text
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

/** The number that a text is, exactly if it is an integer; NaN if it is none. */
function numberOf(text: string): number | bigint {
  if (!isJsonNumber(text)) return Number.NaN
  const isInteger = /^-?\d+$/.test(text)
  if (!isInteger) return Number(text)
  return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'string' ? excerpt(JSON.stringify(value.slice(0, 1_000))) : String(value)
}
