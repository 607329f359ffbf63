import type * as JsonP3 from 'json-p3'
import { packageLoader } from './package-loader.ts'
import { makeIRegexp } from './pattern.ts'

// The door to json-p3, which passes the compliance suite of RFC 9535, also with the functions of this file in the place of its own,
// except where this file refuses a path: see test/thorough/json-path-suite.test.ts.

/** Finds the values at a path in a document, at most MAX_FOUND. Throws a RangeError if the document is nested too deeply. */
export type JsonPath = (document: unknown) => unknown[]

/** More values are not looked at. */
export const MAX_FOUND = 10_000

/** Documents nested deeper than this can't be searched with `..`. */
const MAX_DEPTH = 100

/** The longest path, in UTF-16 units. */
const MAX_LENGTH = 500

const EXAMPLE = 'such as status, items[0].id or $["a b"]'

const load = packageLoader('json-p3') as () => typeof JsonP3

let environment: JsonP3.JSONPathEnvironment | null = null

/** Whether finding the values at a path takes a time that grows with the document. */
export function searchesDocument(path: string): boolean {
  return /[*?:]|\.\./.test(withoutNames(path))
}

/** Builds what a path stands for; `$.` at its beginning may be left out. Throws a RangeError. */
export function makeJsonPath(text: string): JsonPath {
  if (text.length > MAX_LENGTH) throw new RangeError(`the path is longer than ${MAX_LENGTH} characters`)
  const query = compile(text.startsWith('$') ? text : `$${text.startsWith('[') ? '' : '.'}${text}`)
  return (document) => {
    const found: unknown[] = []
    try {
      for (const { value } of query.lazyQuery(document as JsonP3.JSONValue)) {
        found.push(value)
        if (found.length === MAX_FOUND) break
      }
    } catch (error) {
      throw new RangeError('nested too deeply', { cause: error })
    }
    return found
  }
}

function compile(path: string): JsonP3.JSONPathQuery {
  // Each of these multiplies the time that a document can take.
  const plain = withoutNames(path)
  if (plain.indexOf('..') !== plain.lastIndexOf('..')) throw new RangeError('only one .. can stand in a path')
  if (plain.lastIndexOf('$') > 0)
    throw new RangeError('a filter can look at @, but not at the whole document, $')
  try {
    environment ??= createEnvironment()
    return environment.compile(path)
  } catch (error) {
    throw new RangeError(`not a JSONPath (RFC 9535), ${EXAMPLE}`, { cause: error })
  }
}

function createEnvironment(): JsonP3.JSONPathEnvironment {
  const { JSONPathEnvironment } = load()
  const created = new JSONPathEnvironment({ maxRecursionDepth: MAX_DEPTH })
  // With RegExp, a text of the server could take for ever.
  created.functionRegister.set('match', expressionFunction(true))
  created.functionRegister.set('search', expressionFunction(false))
  return created
}

/** The path without names and texts in quotes. */
function withoutNames(path: string): string {
  return path.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, '')
}

/** `match` (the whole text) or `search` of RFC 9535, section 2.4. An invalid expression matches nothing. */
function expressionFunction(isWhole: boolean): JsonP3.FilterFunction {
  const { FunctionExpressionType } = load()
  return {
    argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.LogicalType,
    call: (text: unknown, source: unknown) =>
      typeof text === 'string' && typeof source === 'string' && makeIRegexp(source, isWhole)(text),
  }
}
