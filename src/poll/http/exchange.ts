import type { Failure } from '../attempt/failure.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { BodyReader } from './body-reader.ts'
import type { Request } from './request.ts'

/** An idle connection is closed after this time, in ms. */
export const MAX_IDLE_MS = 600_000

/** The parts of a response head that a poll uses. */
export interface HttpResponse {
  readonly status: number
  /** Reason phrase as the server sent it, up to 200 characters; '' over HTTP/2, which has none. */
  readonly statusText: string
  /** `1.0`, `1.1` or `2`. */
  readonly httpVersion: string
  readonly location: string | null
  readonly retryAfter: string | null
  /**
   * All header fields, their names in lower case, in the order received; null unless the request asks for them. Values have one character a
   * byte, since a server may want the same bytes back: `decodeText` makes text of them.
   */
  readonly fields: readonly (readonly [name: string, value: string])[] | null
  /** Its body; null unless the request asks for it. */
  body: BodyReader | null
}

/** How to repeat a request that the server refused without processing it: over the same protocol, or over HTTP/1. */
export type RetryProtocol = 'same' | 'http/1.1'

/** Sends requests on one open connection, one at a time: an Http1Exchange or an Http2Exchange. */
export interface Exchange {
  /** Whether the connection can take another request: the last response was complete, and nothing followed it. */
  readonly reusable: boolean
  /** Whether the last response announced a body. Some servers send it even after HEAD. */
  readonly bodyAnnounced: boolean
  /** How to repeat the last request; null or undefined unless the server refused it unprocessed. */
  readonly retryProtocol?: RetryProtocol | null
  /** Sends a request and resolves with its response, whose body has been read if the request asks for it. Runs as the step 'wait' of `attempt`. */
  send(attempt: Attempt, request: Request): Promise<HttpResponse | Failure>
  /** Calls `closed` when the connection is closed, for whatever reason. */
  onClose(closed: () => void): void
  /** Destroys the connection. */
  close(): void
}
