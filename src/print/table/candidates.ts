import type { ResourceId } from '../../resource/resource.ts'

/** A URL with its place in the order of the rows. */
export interface Candidate {
  readonly id: ResourceId
  readonly score: number
}

/** Keeps the URLs with the highest scores, `most` of them, in at most twice that room. */
export class Candidates {
  readonly #most: number
  readonly #list: Candidate[] = []
  /** Once there are enough candidates, a new one must score more than this. */
  #threshold = Number.NEGATIVE_INFINITY

  constructor(most: number) {
    this.#most = most
  }

  add(id: ResourceId, score: number): void {
    if (score <= this.#threshold) return
    this.#list.push({ id, score })
    if (this.#list.length < 2 * this.#most) return
    this.#threshold = this.best.at(-1)?.score ?? this.#threshold
  }

  /** Highest score first; equal scores in the order of the list. */
  get best(): readonly Candidate[] {
    this.#list.sort(byScore)
    this.#list.length = Math.min(this.#list.length, this.#most)
    return this.#list
  }
}

/** The order of the rows. */
export function byScore(a: Candidate, b: Candidate): number {
  return b.score - a.score || a.id - b.id
}
