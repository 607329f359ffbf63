/** How many measurements count. */
const WINDOW = 8

/** The difference between the clock of the engine and the monotonic clock of this machine, in ms. Of the last measurements, the quickest counts. */
export class ClockOffset {
  readonly #samples: { readonly offset: number; readonly tripMs: number }[] = []

  /** Adds one: the engine's time, asked at `sentAt`, answered at `receivedAt`. */
  add(time: number, sentAt: number, receivedAt: number): void {
    this.#samples.push({ offset: time - (sentAt + receivedAt) / 2, tripMs: receivedAt - sentAt })
    if (this.#samples.length > WINDOW) this.#samples.shift()
  }

  /** The engine is perhaps another one: what was measured counts no more. */
  reset(): void {
    this.#samples.length = 0
  }

  /** What to add to a monotonic time. */
  get value(): number {
    let best = this.#samples[0]
    for (const sample of this.#samples) if (best === undefined || sample.tripMs <= best.tripMs) best = sample
    return best?.offset ?? 0
  }
}
