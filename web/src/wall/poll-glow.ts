import type { WallModel } from '../server/wall-model.ts'
import type { GroupPainter } from './group-painter.ts'

/** A square shines for so long after its poll, in ms. */
const GLOW_MS = 2_000

/** Lets squares shine when their URLs are polled, and draws those that have changed. */
export class PollGlow {
  readonly #model: WallModel
  readonly #painters: readonly (GroupPainter | null)[]
  readonly #isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  /** Polls that still shine, in their order, each with the time when that ends. */
  readonly #shown: { readonly ids: Uint32Array; readonly until: number }[] = []
  #timer: number | undefined

  constructor(model: WallModel, painters: readonly (GroupPainter | null)[]) {
    this.#model = model
    this.#painters = painters
  }

  /** These URLs were polled. */
  show(ids: Uint32Array): void {
    this.#paint(ids, !this.#isStill)
    if (this.#isStill) return
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
