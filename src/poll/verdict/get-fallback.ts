import type { Resource } from '../../resource/resource.ts'
import type { Method } from '../../state/state.ts'
import { accepts } from './accepts.ts'
import type { HttpResponse } from '../http/exchange.ts'
import type { UrlOptions } from '../../settings/url-options.ts'
import { retryDelayMs } from '../http/retry-after.ts'

/** HEAD is tried again this long after a server refused it, in ms. */
const REFUSAL_TTL_MS = 3_600_000

type Options = Pick<UrlOptions, 'getFallback' | 'accept'> & { readonly method: Method }
type HeadMemory = Pick<Resource, 'headRefusedUntil' | 'refusedStatus'>
type Status = Pick<HttpResponse, 'status' | 'retryAfter'>

/**
 * Chooses between HEAD and GET in one poll. Many servers answer HEAD with an error and GET with success, so a status that is
 * not accepted is checked with one GET before it becomes the verdict. If GET is accepted, GET is used for an hour. If both
 * methods get the same status, later polls send one request each, HEAD and GET in turn: a URL that works again with only one
 * of the methods is found up at most one poll late. `now` is in ms on the monotonic clock.
 */
export class GetFallback {
  readonly #resource: HeadMemory
  readonly #options: Options
  readonly #enabled: boolean
  #method: Method
  #headStatus = 0

  constructor(resource: HeadMemory, options: Options, now: number) {
    this.#resource = resource
    this.#options = options
    this.#enabled = options.getFallback && options.method === 'HEAD'
    // If both methods were refused, headRefusedUntil only says whose turn it is, however long ago that was.
    const getsTurn = resource.refusedStatus !== 0 && resource.headRefusedUntil !== 0
    this.#method = this.#enabled && (getsTurn || resource.headRefusedUntil > now) ? 'GET' : options.method
  }

  /** The method of the next request. */
  get method(): Method {
    return this.#method
  }

  /** The status with which HEAD was refused in this poll; 0 if it was not. */
  get headStatus(): number {
    return this.#headStatus
  }

  /** Records an answer that is not a redirect to follow. Returns whether to request the same URL again, with GET. */
  shouldRetry(answer: Status, now: number): boolean {
    if (!this.#enabled) return false
    const accepted = accepts(this.#options.accept, answer.status)
    if (this.#method === 'HEAD') return this.#afterHead(accepted, answer, now)
    this.#afterGet(accepted, answer.status, now)
    return false
  }

  /** Records that no valid answer came. It forgets that both methods were refused. If only HEAD was, a second attempt uses GET. */
  recordFailure(): void {
    const resource = this.#resource
    if (resource.refusedStatus !== 0) {
      resource.refusedStatus = 0
      resource.headRefusedUntil = 0
    } else if (this.#enabled && resource.headRefusedUntil !== 0) {
      this.#method = 'GET'
    }
  }

  #afterHead(accepted: boolean, answer: Status, now: number): boolean {
    const resource = this.#resource
    if (accepted) {
      resource.headRefusedUntil = 0
      resource.refusedStatus = 0
      return false
    }
    if (answer.status === resource.refusedStatus) {
      resource.headRefusedUntil = now + REFUSAL_TTL_MS
      return false
    }
    // A server that asks not to be polled for a while (Retry-After) gets no second request.
    if (retryDelayMs(answer, Date.now()) > 0) return false
    this.#headStatus = answer.status
    this.#method = 'GET'
    return true
  }

  #afterGet(accepted: boolean, status: number, now: number): void {
    const resource = this.#resource
    if (accepted) {
      resource.refusedStatus = 0
      if (resource.headRefusedUntil <= now) resource.headRefusedUntil = now + REFUSAL_TTL_MS
    } else if (this.#headStatus !== 0) {
      const same = status === this.#headStatus
      resource.refusedStatus = same ? status : 0
      resource.headRefusedUntil = same ? now + REFUSAL_TTL_MS : 0
    } else {
      // HEAD is next. If GET got another status than before, a refused HEAD may be followed by GET in the same poll.
      resource.headRefusedUntil = 0
      if (status !== resource.refusedStatus) resource.refusedStatus = 0
    }
  }
}
