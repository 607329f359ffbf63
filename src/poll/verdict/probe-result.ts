import { redactUrl } from '../../resource/redact-url.ts'
import type { Url } from '../../resource/resource.ts'
import type { Method } from '../../state/state.ts'
import type { BreaksRules } from '../dial/peer-certificates.ts'
import type { PeerTls } from '../dial/tls.ts'
import type { HttpResponse } from '../http/exchange.ts'
import type { FailedCheck } from '../checks/checks.ts'
import type { Failure } from '../attempt/failure.ts'
import type { GetFallback } from './get-fallback.ts'

/** The result of an attempt, filled in while it runs. `judge` derives the verdict from it. */
export interface ProbeResult {
  /** The method of the last request; '' without HTTP. */
  method: Method
  /** The URL of the last request. */
  hop: URL
  /** Number of redirects followed. */
  redirects: number
  /** Chooses the method; null if the attempt failed before. */
  fallback: GetFallback | null
  /** The IP address of the last connection; '' if there was none. */
  address: string
  /** Null: the URL has no rules for certificates. */
  readonly breaksRules: BreaksRules | null
  /** The TLS parameters of the last connection; null without TLS. */
  tls: PeerTls | null
  /** The response to the last request, or why there is none. */
  outcome: HttpResponse | Failure
  /** The check that this response fails; null for none. */
  check: FailedCheck | null
}

/** The URL of the last request, without credentials. */
export function finalUrl(result: ProbeResult): string {
  return redactUrl(result.hop.href as Url)
}

/** The outcome of an attempt without HTTP that found all as it should be. */
export const PASSED: HttpResponse = {
  status: 0,
  statusText: '',
  httpVersion: '',
  location: null,
  retryAfter: null,
  fields: null,
  body: null,
}
