/** A configuration as it is written, before anything is made of it. `offset`: where it begins, in UTF-16 units. */
export type Tree =
  | {
      readonly type: 'scalar'
      readonly offset: number
      /** As written, without its quotes: `1.10` is not 1.1 and `on` not true. */
      readonly text: string
      /** Where the first unit of the text stands, if the text stands in the file as it is; else null. */
      readonly textOffset: number | null
    }
  | { readonly type: 'list'; readonly offset: number; readonly items: readonly Tree[] }
  | { readonly type: 'map'; readonly offset: number; readonly entries: readonly Entry[] }
  /** Left empty, or null. */
  | { readonly type: 'nothing'; readonly offset: number }

/** A key and its value in a map. */
export interface Entry {
  readonly key: string
  /** Where the key begins. */
  readonly offset: number
  readonly value: Tree
}

/** Something in the text that is not as it should be. */
export interface TreeProblem {
  /** The UTF-16 unit of the text at which it begins. */
  readonly offset: number
  /** A clause for a person, without values: they may be secrets. */
  readonly why: string
}
