import type { PolledResource, ResourceId } from '../resource/resource.ts'

/** A Resource is not polled again if its server asks for a longer wait than this (Retry-After), in ms. */
export const MAX_SERVER_DELAY_MS = 60_000

/** How a run ends that polls each URL once. */
export interface OnceOptions {
  /** How often what is not up is polled again. */
  readonly retries: number
  /** How long after its last poll, in ms. */
  readonly retryDelayMs: number
  /** So many Resources may be not up; null: any number. */
  readonly mostFailed: number | null
}

/** What tells whether a Resource counts as up after the poll that it comes from. */
interface Judge {
  isUp(resource: PolledResource): boolean
}

/** The results of a run that polls each URL once: which Resources are polled again, and how many are not up. Bounded by the list. */
export class OnceResults {
  readonly #options: OnceOptions
  readonly #judge: Judge
  readonly #tooManyFailed: () => void
  /** How often each Resource is polled again: those under way are counted. */
  readonly #retries: Uint8Array
  readonly #waiting = new Set<ResourceId>()
  #failed = 0

  /** Ids are below `limit`. `tooManyFailed` is called when more Resources are not up than may be. */
  constructor(limit: number, options: OnceOptions, judge: Judge, tooManyFailed: () => void) {
    this.#options = options
    this.#judge = judge
    this.#tooManyFailed = tooManyFailed
    this.#retries = new Uint8Array(limit)
  }

  /** How many Resources wait for another poll, or are in one. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** A Resource was polled. Returns when to poll it again, in ms on the monotonic clock; null: this is its result. */
  polled(resource: PolledResource, now: number): number | null {
    const { id, notBefore, verdict } = resource
    // A poller that stops returns it unpolled.
    if (verdict === 'pending') return null
    const isUp = this.#judge.isUp(resource)
    const used = this.#retries[id] as number
    if (isUp || used >= this.#options.retries || notBefore > now + MAX_SERVER_DELAY_MS) {
      if (isUp) this.#waiting.delete(id)
      else this.setAside(id)
      return null
    }
    this.#retries[id] = used + 1
    this.#waiting.add(id)
    return Math.max(now + this.#options.retryDelayMs, notBefore)
  }

  /** A Resource is not up, and is polled no more. */
  setAside(id: ResourceId): void {
    this.#waiting.delete(id)
    const { mostFailed } = this.#options
    if (mostFailed !== null && ++this.#failed > mostFailed) this.#tooManyFailed()
  }
}
