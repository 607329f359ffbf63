import { Attempt } from '../../poll/attempt/attempt.ts'
import { failure } from '../../poll/attempt/failure.ts'
import type { ProbeRequest } from '../../threads/probe-protocol.ts'

/** A probe that somebody waits for, from its arrival in the poller to its reply. */
export class PendingProbe {
  readonly request: ProbeRequest
  readonly attempt: Attempt
  #isCancelled = false

  /** `now` is the monotonic clock, in ms. */
  constructor(request: ProbeRequest, now: () => number) {
    this.request = request
    this.attempt = new Attempt(request.deadline, now)
  }

  /** Nobody waits for it any more, and it gets no reply. */
  get isCancelled(): boolean {
    return this.#isCancelled
  }

  /** Ends the probe: closes its connection, if it has one. */
  cancel(): void {
    this.#isCancelled = true
    this.attempt.abort(failure('timeout', 'nobody waits for it'))
  }
}
