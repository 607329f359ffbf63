import type { Resource } from '../resource/resource.ts'
import type { Method } from '../state/state.ts'
import type { UrlOptions } from './options.ts'

/** HEAD is tried again this long after it was refused, in ms. */
const REMEMBERED_MS = 3_600_000

type Asked = Pick<UrlOptions, 'method' | 'getFallback'>
type Memory = Pick<Resource, 'headRefusedUntil'>

/**
 * GET where HEAD is refused: what one look at a Resource has learnt of that. The Resource remembers it for an hour, from the
 * answer to GET on; one that refuses GET too remembers nothing. `now` is in ms on the monotonic clock.
 */
export class GetFallback {
  readonly #resource: Memory
  readonly #allowed: boolean
  #method: Method
  #refused = false

  constructor(resource: Memory, { method, getFallback }: Asked, now: number) {
    this.#resource = resource
    this.#allowed = getFallback
    this.#method = getFallback && resource.headRefusedUntil > now ? 'GET' : method
  }

  /** What to ask with. */
  get method(): Method {
    return this.#method
  }

  /** An answer has come: whether the same URL is to be asked again, with GET now. */
  asksAgain(status: number, now: number): boolean {
    const refuses = status === 405 || status === 501
    if (refuses && this.#method === 'HEAD' && this.#allowed) {
      this.#method = 'GET'
      this.#refused = true
      return true
    }
    if (refuses) this.#resource.headRefusedUntil = 0
    else if (this.#refused) this.#resource.headRefusedUntil = now + REMEMBERED_MS
    return false
  }
}
