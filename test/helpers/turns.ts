/** Lets no more than `most` be under way at once; the others wait for their turn, in order. */
export class Turns {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #underWay = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Resolves when it is the turn of whoever asks, who gives it back with `end`. */
  async begin(): Promise<void> {
    if (this.#underWay < this.#most) this.#underWay++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  end(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#underWay--
    else next()
  }
}
