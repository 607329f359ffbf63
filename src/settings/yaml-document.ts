import { Composer, isAlias, isMap, isNode, isScalar, isSeq, Parser, Scalar, visit } from 'yaml'
import type { Document } from 'yaml'
import type { ParsedDocument, Path } from './parsed-document.ts'
import { DocumentSyntaxError } from './parsed-document.ts'
import { LineIndex } from './line-index.ts'

// The only door to yaml.

/** Characters that are read in one slice: some 15 ms of work. */
const SLICE_LENGTH = 64 * 1024

/**
 * Reads one document of YAML 1.2. All scalars are texts as they are written (`1.10`, `no`), merge keys hold, and an empty
 * text is null. `pause` is called between slices of the work. Rejects with a DocumentSyntaxError.
 */
export async function parseYaml(text: string, pause: () => Promise<void>): Promise<ParsedDocument> {
  const places = new LineIndex(text)
  const documents: Document.Parsed[] = []
  const parser = new Parser()
  const composer = new Composer({ schema: 'failsafe', merge: true, prettyErrors: false, logLevel: 'error' })
  for (let from = 0; from < text.length;) {
    // At the end of a line, so that no token is cut.
    const to = text.indexOf('\n', from + SLICE_LENGTH) + 1 || text.length
    const tokens = parser.parse(text.slice(from, to), to < text.length)
    for (const token of tokens) documents.push(...composer.next(token))
    from = to
    await pause()
  }
  documents.push(...composer.end())
  const [document, second] = documents
  if (document === undefined) return { value: null, positionOf: () => '1:1' }
  const fault = document.errors[0]
  if (fault !== undefined)
    throw new DocumentSyntaxError(places.position(fault.pos[0]), describeCode(fault.code))
  if (second !== undefined) {
    throw new DocumentSyntaxError(places.position(second.range?.[0] ?? 0), 'a second document: one is read')
  }
  return { value: valueOf(document, places), positionOf: (path) => places.position(offsetOf(document, path)) }
}

function valueOf(document: Document.Parsed, places: LineIndex): unknown {
  try {
    return document.toJS()
  } catch (error) {
    const fault = findAliasError(document)
    if (fault !== null)
      throw new DocumentSyntaxError(places.position(fault.offset), `it is not YAML: ${fault.why}`)
    // Too many aliases would fill the memory.
    if (error instanceof ReferenceError)
      throw new DocumentSyntaxError('1:1', 'it is not YAML: too many aliases')
    throw new DocumentSyntaxError('1:1', "it can't be taken as YAML")
  }
}

/** The first alias that leads nowhere, or merge key with what is no map. */
function findAliasError(document: Document.Parsed): { offset: number; why: string } | null {
  let fault: { offset: number; why: string } | null = null
  const anchors = new Map<string, unknown>()
  const resolved = (node: unknown) => (isAlias(node) ? anchors.get(node.source) : node)
  const at = (node: unknown, why: string) => {
    fault = { offset: isNode(node) ? (node.range?.[0] ?? 0) : 0, why }
    return visit.BREAK
  }
  // In the order of the text: an alias stands behind its anchor.
  visit(document, {
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node)
    },
    Alias: (_, alias) => (anchors.has(alias.source) ? undefined : at(alias, 'an alias that leads nowhere')),
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.source !== '<<' || key.type !== Scalar.PLAIN) return undefined
      const source = resolved(value)
      const sources = isSeq(source) ? source.items : [source]
      const isGood = sources.every((one) => isMap(resolved(one)))
      return isGood ? undefined : at(key, 'what is merged with << is neither a map nor an alias of one')
    },
  })
  return fault
}

function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

/** Codes such as BAD_INDENT; the messages of the library may hold a piece of the text. */
function describeCode(code: string): string {
  // The parser calls itself for each level.
  if (code === 'RESOURCE_EXHAUSTION') return 'it is nested too deep'
  return `it is not YAML: ${code.toLowerCase().replaceAll('_', ' ')}`
}
