import { findNodeAtLocation, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Node, ParseError } from 'jsonc-parser'
import type { ParsedDocument, Path } from './parsed-document.ts'
import { DocumentSyntaxError } from './parsed-document.ts'
import { LineIndex } from './line-index.ts'

// The only door to jsonc-parser, which finds the positions of errors. JSON.parse is ten times as fast and reads the values.

const OPTIONS = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false }

/** Parses JSON. Throws a DocumentSyntaxError. */
export function parseJson(text: string): ParsedDocument {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw syntaxErrorOf(text)
  }
  let tree: Node | undefined
  let places: LineIndex | null = null
  return {
    value,
    positionOf(path) {
      tree ??= treeOf(text, [])
      places ??= new LineIndex(text)
      return places.position(tree === undefined ? 0 : offsetOf(tree, path))
    },
  }
}

/** Undefined if the text is nested too deeply for a recursive parser. */
function treeOf(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, OPTIONS)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return undefined
  }
}

function offsetOf(tree: Node, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length))
    if (node !== undefined) return node.offset
  }
  return tree.offset
}

/** Made by jsonc-parser: the message of JSON.parse may quote the text and has no position. */
function syntaxErrorOf(text: string): DocumentSyntaxError {
  const errors: ParseError[] = []
  treeOf(text, errors)
  const first = errors[0]
  // Nested too deeply for the parser.
  if (first === undefined) return new DocumentSyntaxError('1:1', 'invalid JSON')
  const code = printParseErrorCode(first.error)
  const end = text.trimEnd().length
  const ends = first.offset >= end || (code === 'UnexpectedEndOfString' && first.offset + first.length >= end)
  const why = ends ? 'incomplete JSON' : `invalid JSON: ${splitWords(code)}`
  return new DocumentSyntaxError(new LineIndex(text).position(first.offset), why)
}

/** `CommaExpected` as words. */
function splitWords(code: string): string {
  return code.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim()
}
