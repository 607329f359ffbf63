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
    if (error instanceof RangeError) throw error
    throw new RangeError(`not a JSONPath (RFC 9535), ${EXAMPLE}`, { cause: error })
  }
}

function createEnvironment(): JsonP3.JSONPathEnvironment {
  const { JSONPathEnvironment, jsonpath } = load()
  const { FilterExpressionLiteral, StringLiteral } = jsonpath.expressions
  class Environment extends JSONPathEnvironment {
    /** Called for each function of a path. Compiles expressions: for each value of a document that would take long. */
    override checkWellTypedness(
      token: JsonP3.Token,
      given: JsonP3.jsonpath.expressions.FilterExpression[],
    ): JsonP3.jsonpath.expressions.FilterExpression[] {
      const checked = super.checkWellTypedness(token, given)
      const [text, source] = checked
      if (!EXPRESSION_FUNCTIONS.has(token.value) || text === undefined) return checked
      if (!(source instanceof FilterExpressionLiteral)) throw new RangeError(NOT_IN_PATH)
      const matches =
        source instanceof StringLiteral ? makeIRegexp(source.value, token.value === 'match') : () => false
      return [text, Object.assign(source, { evaluate: () => matches })]
    }
  }
  const created = new Environment({ maxRecursionDepth: MAX_DEPTH })
  for (const name of EXPRESSION_FUNCTIONS) created.functionRegister.set(name, expressionFunction())
  return created
}

/** Of RFC 9535, section 2.4: about the whole of a text, or about a part of it. */
const EXPRESSION_FUNCTIONS: ReadonlySet<string> = new Set(['match', 'search'])

/** A server could let each value take as long as it likes. */
const NOT_IN_PATH = 'the expression of match or search must stand in the path, as in $[?match(@.name, "a.*")]'

/** The path without names and texts in quotes. */
function withoutNames(path: string): string {
  return path.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gs, '')
}

/** `match` or `search`, which gets a compiled expression. With RegExp, a text of the server could take for ever. */
function expressionFunction(): JsonP3.FilterFunction {
  const { FunctionExpressionType } = load()
  return {
    argTypes: [FunctionExpressionType.ValueType, FunctionExpressionType.ValueType],
    returnType: FunctionExpressionType.LogicalType,
    call: (text: unknown, matches: unknown) =>
      typeof text === 'string' && (matches as ReturnType<typeof makeIRegexp>)(text),
  }
}
