import type { WallModel } from '../server/wall-model.ts'
import type { GroupPainter } from './group-painter.ts'

/** A square shines for so long after its poll, in ms. */
const GLOW_MS = 2_000

/** Lets squares shine when their URLs are polled, and draws those that have changed. */
export class PollGlow {
  readonly #model: WallModel
  readonly #painters: readonly (GroupPainter | null)[]
  readonly #perCell: number
  readonly #isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  /** Polls that still shine, in their order, each with the time when that ends. */
  readonly #shown: { readonly ids: Uint32Array; readonly until: number }[] = []
  #timer: number | undefined

  /** `perCell`: how many URLs a square stands for. */
  constructor(model: WallModel, painters: readonly (GroupPainter | null)[], perCell: number) {
    this.#model = model
    this.#perCell = perCell
    this.#painters = painters
  }

  /** These URLs were polled. */
  show(polled: Uint32Array): void {
    if (this.#isStill) return this.#paint(polled, false)
    // If squares stand for many URLs each, all of them would shine.
    const ids = polled.filter((id) => id % this.#perCell === 0)
    if (ids.length < polled.length) this.#paint(polled, false)
    this.#paint(ids, true)
    this.#shown.push({ ids, until: performance.now() + GLOW_MS })
    this.#timer ??= setTimeout(() => this.#fade(), GLOW_MS)
  }

  /** Nothing is drawn any more. */
  end(): void {
    clearTimeout(this.#timer)
    this.#shown.length = 0
  }

  #fade(): void {
    const now = performance.now()
    for (let [first] = this.#shown; first !== undefined && first.until <= now; [first] = this.#shown) {
      this.#shown.shift()
      this.#paint(first.ids, false)
    }
    const [next] = this.#shown
    this.#timer =
      next === undefined ? undefined : setTimeout(() => this.#fade(), Math.max(50, next.until - now))
  }

  #paint(ids: Uint32Array, isBright: boolean): void {
    const byGroup = new Map<number, number[]>()
    for (const id of ids) {
      const { group, index } = this.#model.placeOf(id)
      const indexes = byGroup.get(group)
      if (indexes === undefined) byGroup.set(group, [index])
      else indexes.push(index)
    }
    for (const [group, indexes] of byGroup) this.#painters[group]?.update(indexes, isBright)
  }
}
