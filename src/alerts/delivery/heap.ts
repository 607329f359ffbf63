/** A queue whose least value comes first. */
export class Heap<Value> {
  readonly #isLess: (a: Value, b: Value) => boolean
  /** Bounded by who adds. The two below place n are places 2n + 1 and 2n + 2, and not less. */
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
    let place = values.length
    while (place > 0) {
      const above = (place - 1) >> 1
      if (!this.#isLess(value, values[above] as Value)) break
      values[place] = values[above] as Value
      place = above
    }
    values[place] = value
  }

  /** Takes the least. */
  shift(): Value | undefined {
    const values = this.#values
    const first = values[0]
    const last = values.pop()
    if (last === undefined || values.length === 0) return first
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      if (below >= values.length) break
      if (below + 1 < values.length && this.#isLess(values[below + 1] as Value, values[below] as Value))
        below += 1
      if (!this.#isLess(values[below] as Value, last)) break
      values[place] = values[below] as Value
      place = below
    }
    values[place] = last
    return first
  }
}
