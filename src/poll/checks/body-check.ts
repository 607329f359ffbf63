import { makePattern } from '../../settings/pattern.ts'
import type { Pattern } from '../../settings/pattern.ts'
import { readsBody } from '../../settings/reads-body.ts'
import type { UrlOptions } from '../../settings/url-options.ts'
import { failure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { BodyPlan, BodyReader } from '../http/body-reader.ts'
import { excerpt, excerptAround } from './excerpt.ts'
import { failedJson, jsonChecks } from './json-check.ts'
import type { CompiledJsonCheck } from './json-check.ts'
import { literalSearch } from './literal-search.ts'

/** Maximum length of a pattern in the detail of a failed check, in UTF-16 units. */
const MAX_NAME = 60

/** What a body must be like, and how much of it is read for that. */
export interface BodyChecks {
  readonly plan: BodyPlan
  readonly wanted: readonly Pattern[]
  readonly unwanted: readonly Pattern[]
  readonly json: readonly CompiledJsonCheck[]
  /** In decoded bytes; Infinity for any size. */
  readonly maxSize: number
}

/** The parts of a body that the checks look at. */
export type ReadBody = Pick<BodyReader, 'text' | 'bytes' | 'isCut' | 'hasFound' | 'problem'>

/** Builds the checks of a body; null for none. Throws a RangeError for a pattern that was not checked before. */
export function bodyChecks(options: UrlOptions): BodyChecks | null {
  if (!readsBody(options)) return null
  const { body, bodyNot, json, bodyLimit, maxSize } = options
  const wanted = patternsOf(body)
  const unwanted = patternsOf(bodyNot)
  const texts = wanted.map(({ literal }) => literal)
  // An expression may match the beginning of a body and not the whole of it.
  const canStop =
    unwanted.length + json.length === 0 && maxSize === null && texts.every((text) => text !== null)
  const search = canStop ? () => literalSearch(texts) : null
  const plan = { limit: bodyLimit, maxBytes: Math.max(bodyLimit, maxSize ?? 0), search }
  return { plan, wanted, unwanted, json: jsonChecks(json), maxSize: maxSize ?? Infinity }
}

/** The first check that a body fails, or null. */
export function failedBody(
  { plan, wanted, unwanted, json, maxSize }: BodyChecks,
  body: ReadBody,
): Failure | null {
  const { text, bytes, isCut, hasFound, problem } = body
  if (problem !== null) return failure('body', problem)
  // There is a search only if nothing else is checked.
  if (hasFound) return null
  if (bytes > maxSize) return failure('body', `larger than ${maxSize} bytes`)
  for (const pattern of unwanted) {
    const at = pattern.find(text)
    if (at !== -1) return failure('body', `unwanted: ${excerptAround(text, at)}`)
  }
  const missing = wanted.find((pattern) => !pattern.test(text))
  if (missing !== undefined) {
    const what = `${named(missing)} not found`
    const where = isCut ? ` in the first ${plan.limit} bytes` : ' in'
    return failure('body', text === '' ? `${what}: the body is empty` : `${what}${where}: ${excerpt(text)}`)
  }
  if (json.length === 0) return null
  if (isCut)
    return failure('body', `larger than ${plan.limit} bytes, the body-limit, so that it is not read as JSON`)
  return failedJson(json, text)
}

/** A pattern as a list has it, so long that others can be told from it. */
function named({ source, literal }: Pattern): string {
  const text = excerpt(source, MAX_NAME)
  return literal === null ? text : `"${text}"`
}

/** An empty text stands for none. */
function patternsOf(texts: readonly string[]): Pattern[] {
  return texts.filter((text) => text !== '').map((text) => makePattern(text))
}
