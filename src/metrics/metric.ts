/** One metric: what `/metrics` says of it. The documentation has the same table. */
export interface Metric {
  readonly name: string
  readonly type: 'gauge' | 'counter' | 'histogram' | 'info'
  readonly help: string
  /** The names of its labels, without those that a URL has in its list. */
  readonly labels: readonly string[]
}

/** A value and the labels that tell it from the others of its metric. */
export interface Point {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}
