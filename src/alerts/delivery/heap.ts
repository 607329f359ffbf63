/** A binary heap: the least value comes first. */
export class Heap<Value> {
  readonly #isLess: (a: Value, b: Value) => boolean
  /** Bounded by who adds. The children of index n are at 2n + 1 and 2n + 2, and not less. */
  readonly #values: Value[] = []

  constructor(isLess: (a: Value, b: Value) => boolean) {
    this.#isLess = isLess
  }

  /** The least; undefined if it is empty. */
  get first(): Value | undefined {
    return this.#values[0]
  }

  push(value: Value): void {
    const values = this.#values
    let index = values.length
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#isLess(value, values[parent] as Value)) break
      values[index] = values[parent] as Value
      index = parent
    }
    values[index] = value
  }

  /** Takes the least. */
  shift(): Value | undefined {
    const values = this.#values
    const first = values[0]
    const last = values.pop()
    if (last === undefined || values.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= values.length) break
      if (child + 1 < values.length && this.#isLess(values[child + 1] as Value, values[child] as Value))
        child += 1
      if (!this.#isLess(values[child] as Value, last)) break
      values[index] = values[child] as Value
      index = child
    }
    values[index] = last
    return first
  }
}
