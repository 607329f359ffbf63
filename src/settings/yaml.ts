import { Composer, isNode, Parser } from 'yaml'
import type { Document } from 'yaml'
import type { Parsed, Path } from './parsed.ts'
import { SyntaxFault } from './parsed.ts'
import { Places } from './places.ts'

// The only door to yaml.

/** Characters that are read in one slice: some 15 ms of work. */
const SLICE = 64 * 1024

/**
 * Reads one document of YAML 1.2. All scalars are texts as they are written (`1.10`, `no`), merge keys hold, and an empty
 * text is null. `pause` is called between slices of the work. Rejects with a SyntaxFault.
 */
export async function parseYaml(text: string, pause: () => Promise<void>): Promise<Parsed> {
  const places = new Places(text)
  const documents: Document.Parsed[] = []
  const parser = new Parser()
  const composer = new Composer({ schema: 'failsafe', merge: true, prettyErrors: false })
  for (let from = 0; from < text.length;) {
    // At the end of a line, so that no token is cut.
    const to = text.indexOf('\n', from + SLICE) + 1 || text.length
    const tokens = parser.parse(text.slice(from, to), to < text.length)
    for (const token of tokens) documents.push(...composer.next(token))
    from = to
    await pause()
  }
  documents.push(...composer.end())
  const [document, second] = documents
  if (document === undefined) return { value: null, placeOf: () => '1:1' }
  const fault = document.errors[0]
  if (fault !== undefined) throw new SyntaxFault(places.at(fault.pos[0]), whyOf(fault.code))
  if (second !== undefined) {
    throw new SyntaxFault(places.at(second.range?.[0] ?? 0), 'a second document: one is read')
  }
  return { value: valueOf(document), placeOf: (path) => places.at(offsetOf(document, path)) }
}

function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS()
  } catch (error) {
    // Aliases of what is not there, or too many of them, which would fill the memory.
    if (!(error instanceof ReferenceError)) throw error
    throw new SyntaxFault('1:1', 'it is not YAML: an alias that leads nowhere, or too many of them')
  }
}

function offsetOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}

/** Codes such as BAD_INDENT; the messages of the library may hold a piece of the text. */
function whyOf(code: string): string {
  // The parser calls itself for each level.
  if (code === 'RESOURCE_EXHAUSTION') return 'it is nested too deep'
  return `it is not YAML: ${code.toLowerCase().replaceAll('_', ' ')}`
}
