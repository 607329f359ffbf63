import type { Tree } from './tree.ts'
import type { ValueReader } from './value-reader.ts'

/** The items of a list with at most `most`. Reports anything else and returns none. */
export function itemsOf(
  reader: ValueReader,
  tree: Tree | undefined,
  name: string,
  most: number,
): readonly Tree[] {
  if (tree === undefined) return []
  if (tree.type !== 'list') {
    reader.report(tree.offset, `${name}: must be a list; begin each item with a dash`)
    return []
  }
  if (tree.items.length > most) reader.report(tree.offset, `${name}: at most ${most}`)
  return tree.items
}
