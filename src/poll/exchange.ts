import type { Failure, Flight } from './flight.ts'
import type { Request } from './request.ts'

/** A kept connection that is idle for longer is closed, in ms. */
export const MOST_IDLE_MS = 600_000

/** What a poll wants to know of the head of an answer. */
export interface Answer {
  readonly status: number
  /** As the server sent it, up to 200 characters; '' over HTTP/2, which has none. */
  readonly statusText: string
  /** `1.0`, `1.1` or `2`. */
  readonly httpVersion: string
  readonly location: string | null
  readonly retryAfter: string | null
}

/** How to send a request once more that the server has refused before it began with it: as before, or over HTTP/1. */
export type Again = 'same' | 'http/1.1'

/** What asks on one connection that is already there: an Http1Exchange or an Http2Exchange. */
export interface AnyExchange {
  /** Whether another request may go out: the last answer came whole, and nothing came after it. */
  readonly reusable: boolean
  /** Whether the last answer told of a body: then some servers send it, even after HEAD. */
  readonly bodyTold: boolean
  /** Set when the server refused the last request. */
  readonly again?: Again | null
  /** Sends a request and resolves with the head of its answer, as Flight step 'wait'. */
  ask(flight: Flight, request: Request): Promise<Answer | Failure>
  /** Calls `gone` when the connection has ended, for whatever reason. */
  onceGone(gone: () => void): void
  /** Destroys the connection. */
  close(): void
}
