import { isAlias, isMap, isScalar, isSeq, parseDocument, Scalar } from 'yaml'
import type { ParsedNode, YAMLMap } from 'yaml'
import type { Entry, Tree, TreeProblem } from './tree.ts'

// The only door to yaml.

/** Collections in collections: more than any configuration needs. */
const MAX_DEPTH = 16

const TOO_DEEP = 'it is nested too deep'

/**
 * YAML 1.2 with merge keys as a tree; null when it can't be read. Its size is that of the text at most: aliases share the tree
 * of their anchor.
 */
export function parseYaml(text: string): {
  readonly tree: Tree | null
  readonly problems: readonly TreeProblem[]
} {
  // The same key twice would end the reading: it is one mistake among others.
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

/** What follows a colon or a backslash in a message of yaml's is a piece of the text, what follows a semicolon for programmers. */
function redactMessage(message: string): string {
  const clause = message.replace(/(?:: |;| \\).*$/s, '')
  return `${clause.charAt(0).toLowerCase()}${clause.slice(1)}`
}

class TreeBuilder {
  readonly problems: TreeProblem[] = []
  readonly #text: string
  /** What each anchor stands for, as the text goes on; null while it is not complete. */
  readonly #anchors = new Map<string, Tree | null>()

  constructor(text: string) {
    this.#text = text
  }

  /** `offset`: where a node that is not there would be. */
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
    return isScalar(node)
      ? this.#scalar(node, at)
      : this.#report(at, 'it is neither a value, a list nor a map')
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
      if (keys.has(entry.key)) this.#report(entry.offset, 'map keys must be unique')
      else own.push(entry)
      keys.add(entry.key)
    }
    for (const { key, value } of items) {
      const offset = key.range[0]
      const tree = this.build(value, offset, depth)
      if (!isScalar(key) || key.source === undefined) this.#report(offset, 'a key that is not a plain word')
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

  /** What a merge key brings: of several maps the first holds. */
  #mergedEntries(tree: Tree): readonly Entry[] {
    return (tree.type === 'list' ? tree.items : [tree]).flatMap((map) => {
      if (map.type === 'map') return map.entries
      this.#report(map.offset, 'what is merged with << is a map, or a list of maps')
      return []
    })
  }

  #resolveAlias(name: string, at: number): Tree {
    const tree = this.#anchors.get(name)
    if (tree === undefined) return this.#report(at, 'there is no such anchor before it')
    return tree ?? this.#report(at, 'it stands for a part of itself')
  }

  #report(offset: number, why: string): Tree {
    this.problems.push({ offset, why })
    return { type: 'nothing', offset }
  }
}
