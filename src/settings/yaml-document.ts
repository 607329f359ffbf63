import { Composer, isAlias, isMap, isNode, isScalar, isSeq, Parser, Scalar, visit } from 'yaml'
import type { Document } from 'yaml'
import type { ParsedDocument, Path } from './parsed-document.ts'
import { DocumentSyntaxError } from './parsed-document.ts'
import { LineIndex } from './line-index.ts'

// One of two doors to yaml, for lists, which can be long: it parses in slices. config/yaml-tree.ts is the other.

/** Characters parsed between two pauses: some 15 ms of work. */
const SLICE_LENGTH = 64 * 1024

/**
 * Parses one document of YAML 1.2. All scalars are strings as written (`1.10`, `no`), merge keys work, and an empty document is null.
 * Calls `pause` between slices of the work. Rejects with a DocumentSyntaxError.
 */
export async function parseYaml(text: string, pause: () => Promise<void>): Promise<ParsedDocument> {
  const places = new LineIndex(text)
  const documents: Document.Parsed[] = []
  const parser = new Parser()
  const composer = new Composer({ schema: 'failsafe', merge: true, prettyErrors: false, logLevel: 'error' })
  for (let from = 0; from < text.length;) {
    // Slices end at a line break, so that no token is cut.
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
    throw new DocumentSyntaxError(
      places.position(second.range?.[0] ?? 0),
      'a second document; only one is allowed',
    )
  }
  return { value: valueOf(document, places), positionOf: (path) => places.position(offsetOf(document, path)) }
}

function valueOf(document: Document.Parsed, places: LineIndex): unknown {
  try {
    return document.toJS()
  } catch (error) {
    const fault = findAliasError(document)
    if (fault !== null)
      throw new DocumentSyntaxError(places.position(fault.offset), `invalid YAML: ${fault.why}`)
    // yaml refuses documents whose aliases would fill the memory.
    if (error instanceof ReferenceError)
      throw new DocumentSyntaxError('1:1', 'invalid YAML: too many aliases')
    throw new DocumentSyntaxError('1:1', "invalid YAML: it can't be converted")
  }
}

/** The first alias without an anchor, or merge key whose value is not a map. */
function findAliasError(document: Document.Parsed): { offset: number; why: string } | null {
  let fault: { offset: number; why: string } | null = null
  const anchors = new Map<string, unknown>()
  const resolved = (node: unknown) => (isAlias(node) ? anchors.get(node.source) : node)
  const at = (node: unknown, why: string) => {
    fault = { offset: isNode(node) ? (node.range?.[0] ?? 0) : 0, why }
    return visit.BREAK
  }
  // In document order: an anchor comes before its aliases.
  visit(document, {
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node)
    },
    Alias: (_, alias) => (anchors.has(alias.source) ? undefined : at(alias, 'an alias without an anchor')),
    Pair(_, { key, value }) {
      if (!isScalar(key) || key.source !== '<<' || key.type !== Scalar.PLAIN) return undefined
      const source = resolved(value)
      const sources = isSeq(source) ? source.items : [source]
      const isGood = sources.every((one) => isMap(resolved(one)))
      return isGood ? undefined : at(key, 'the value of << must be a map or an alias of a map')
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

/** Codes such as BAD_INDENT become the message, since the messages of yaml may quote the document. */
function describeCode(code: string): string {
  // The parser is recursive.
  if (code === 'RESOURCE_EXHAUSTION') return 'it is nested too deeply'
  return `invalid YAML: ${code.toLowerCase().replaceAll('_', ' ')}`
}
