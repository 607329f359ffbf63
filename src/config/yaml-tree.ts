import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar } from 'yaml'
import type { ParsedNode, YAMLMap } from 'yaml'
import type { Entry, Tree, TreeProblem } from './tree.ts'

// One of two doors to yaml, for configurations: it keeps the offset of every node. settings/yaml-document.ts is the other.

/** The most levels of nested collections; no configuration needs as many. */
const MAX_DEPTH = 16

const TOO_DEEP = 'it is nested too deeply'

/**
 * Parses YAML 1.2 with merge keys; the tree is null if there is a syntax error. Aliases share the tree of their anchor, so that the
 * tree is never larger than the text.
 */
export function parseYaml(text: string): {
  readonly tree: Tree | null
  readonly problems: readonly TreeProblem[]
} {
  // yaml stops at a duplicate key; TreeBuilder reports it among the other problems.
  const options = { merge: true, prettyErrors: false, uniqueKeys: false }
  const { contents, errors, warnings } = parseDocument(text, options)
  const deep = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  if (deep !== undefined) return { tree: null, problems: [{ offset: deep.pos[0], why: TOO_DEEP }] }
  const problems = [...errors, ...warnings].map(({ pos, message }) => ({
    offset: pos[0],
    why: redactMessage(message),
  }))
  if (problems.length > 0) return { tree: null, problems }
  const builder = new TreeBuilder(text)
  return { tree: builder.build(contents, 0, 0), problems: builder.problems }
}

/** In messages of yaml, a quotation follows a colon or backslash, and a hint for programmers a semicolon: both are cut. */
function redactMessage(message: string): string {
  const clause = message.replace(/(?:: |;| \\).*$/s, '')
  return `${clause.charAt(0).toLowerCase()}${clause.slice(1)}`
}

class TreeBuilder {
  readonly problems: TreeProblem[] = []
  readonly #text: string
  /** The trees of the anchors so far; null while one is being built. */
  readonly #anchors = new Map<string, Tree | null>()

  constructor(text: string) {
    this.#text = text
  }

  /** Converts a node; `offset` is the position of a missing one. */
  build(node: ParsedNode | null, offset: number, depth: number): Tree {
    if (node === null) return { type: 'nothing', offset }
    const at = node.range[0]
    if (isAlias(node)) return this.#resolveAlias(node.source, at)
    if (depth > MAX_DEPTH) return this.#report(at, TOO_DEEP)
    const { anchor } = node
    if (anchor !== undefined) this.#anchors.set(anchor, null)
    const tree = this.#buildNode(node, at, depth + 1)
    if (anchor !== undefined) this.#anchors.set(anchor, tree)
    return tree
  }

  #buildNode(node: Exclude<ParsedNode, { source: string; type?: never }>, at: number, depth: number): Tree {
    if (isSeq(node))
      return { type: 'list', offset: at, items: node.items.map((item) => this.build(item, at, depth)) }
    if (isMap(node)) return { type: 'map', offset: at, entries: this.#entries(node, depth) }
    return isScalar(node) ? this.#scalar(node, at) : this.#report(at, 'not a value, a list or a map')
  }

  #scalar({ value, source, range }: Scalar.Parsed, offset: number): Tree {
    if (value === null || source === undefined) return { type: 'nothing', offset }
    const text = typeof value === 'string' ? value : source
    const textOffset = [offset, offset + 1].find(
      (from) => this.#text.startsWith(text, from) && from + text.length <= range[1],
    )
    return { type: 'scalar', offset, text, textOffset: textOffset ?? null }
  }

  #entries({ items }: YAMLMap.Parsed, depth: number): Entry[] {
    const own: Entry[] = []
    const merged: Entry[] = []
    const keys = new Set<string>()
    const add = (entry: Entry) => {
      if (keys.has(entry.key)) this.#report(entry.offset, 'duplicate key')
      else own.push(entry)
      keys.add(entry.key)
    }
    for (const { key, value } of items) {
      const offset = key.range[0]
      const tree = this.build(value, offset, depth)
      if (!isScalar(key) || key.source === undefined) this.#report(offset, 'a key must be a plain word')
      else if (key.type === Scalar.PLAIN && key.source === '<<') merged.push(...this.#mergedEntries(tree))
      else add({ key: typeof key.value === 'string' ? key.value : key.source, offset, value: tree })
    }
    for (const entry of merged) {
      if (keys.has(entry.key)) continue
      keys.add(entry.key)
      own.push(entry)
    }
    return own
  }

  /** The entries that a merge key adds. If several maps have the same key, the first one wins. */
  #mergedEntries(tree: Tree): readonly Entry[] {
    return (tree.type === 'list' ? tree.items : [tree]).flatMap((map) => {
      if (map.type === 'map') return map.entries
      this.#report(map.offset, 'the value of << must be a map or a list of maps')
      return []
    })
  }

  #resolveAlias(name: string, at: number): Tree {
    const tree = this.#anchors.get(name)
    if (tree === undefined) return this.#report(at, 'there is no such anchor before this alias')
    return tree ?? this.#report(at, 'this alias is inside its own anchor')
  }

  #report(offset: number, why: string): Tree {
    this.problems.push({ offset, why })
    return { type: 'nothing', offset }
  }
}
