import type { Failure, Attempt } from '../attempt/attempt.ts'
import type { Request } from './request.ts'

/** A kept connection that is idle for longer is closed, in ms. */
export const MAX_IDLE_MS = 600_000

/** What a poll wants to know of the head of an answer. */
export interface HttpResponse {
  readonly status: number
  /** As the server sent it, up to 200 characters; '' over HTTP/2, which has none. */
  readonly statusText: string
  /** `1.0`, `1.1` or `2`. */
  readonly httpVersion: string
  readonly location: string | null
  readonly retryAfter: string | null
}

/** How to send a request once more that the server has refused before it began with it: as before, or over HTTP/1. */
export type RetryProtocol = 'same' | 'http/1.1'

/** What asks on one connection that is already there: an Http1Exchange or an Http2Exchange. */
export interface Exchange {
  /** Whether another request may go out: the last answer came whole, and nothing came after it. */
  readonly reusable: boolean
  /** Whether the last answer told of a body: then some servers send it, even after HEAD. */
  readonly bodyAnnounced: boolean
  /** Set when the server refused the last request. */
  readonly retryProtocol?: RetryProtocol | null
  /** Sends a request and resolves with the head of its answer, as the step 'wait' of `attempt`. */
  send(attempt: Attempt, request: Request): Promise<HttpResponse | Failure>
  /** Calls `gone` when the connection has ended, for whatever reason. */
  onClose(gone: () => void): void
  /** Destroys the connection. */
  close(): void
}
