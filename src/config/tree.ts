/** A parsed YAML document. `offset` is where a node begins, in UTF-16 units. */
export type Tree =
  | {
      readonly type: 'scalar'
      readonly offset: number
      /** As written, without quotes: `1.10` is not 1.1 and `on` is not true. */
      readonly text: string
      /** Where the text begins in the file; null if the file has it in another form, such as with escapes. */
      readonly textOffset: number | null
    }
  | { readonly type: 'list'; readonly offset: number; readonly items: readonly Tree[] }
  | { readonly type: 'map'; readonly offset: number; readonly entries: readonly Entry[] }
  /** An empty value or null. */
  | { readonly type: 'nothing'; readonly offset: number }

/** A key and its value in a map. */
export interface Entry {
  readonly key: string
  /** Where the key begins, in UTF-16 units. */
  readonly offset: number
  readonly value: Tree
}

/** A problem in the document. */
export interface TreeProblem {
  /** Where it begins, in UTF-16 units. */
  readonly offset: number
  /** A clause for a message. It quotes no values, which may be secrets. */
  readonly why: string
}
