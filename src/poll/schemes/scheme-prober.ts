import type { UrlOptions } from '../../settings/url-options.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { Failure } from '../attempt/failure.ts'
import type { HttpResponse } from '../http/exchange.ts'
import type { Transport } from '../http/transports.ts'
import type { ProbeResult } from '../verdict/probe-result.ts'

/** What a poll without HTTP needs. */
export interface SchemePoll {
  readonly attempt: Attempt
  /** Its `hop` is the URL. Put the address and the TLS parameters into it as soon as they are known. */
  readonly result: ProbeResult
  readonly options: UrlOptions
  readonly transport: Transport
  /** Use no cached DNS failure. */
  readonly fresh: boolean
}

/** Makes one attempt at a URL of a scheme, as steps of the Attempt. Resolves with PASSED or a Failure. */
export type SchemeProber = (poll: SchemePoll) => Promise<HttpResponse | Failure>
