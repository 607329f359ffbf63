import { redactUrl } from '../../resource/redact-url.ts'
import type { Url } from '../../resource/resource.ts'
import type { Method, TlsInfo } from '../../state/state.ts'
import type { HttpResponse } from '../http/exchange.ts'
import type { Failure } from '../attempt/attempt.ts'
import type { GetFallback } from './get-fallback.ts'

/** What a poll has found so far; at its end, what its verdict is made from. */
export interface ProbeResult {
  /** Of the last request. */
  method: Method
  /** Where the last request went. */
  hop: URL
  redirects: number
  /** Which method to ask with; null when the poll did not come so far. */
  fallback: GetFallback | null
  /** The IP address of the last connection; '' when none was reached. */
  address: string
  /** Of the last connection. */
  tls: TlsInfo | null
  /** What the last request brought. */
  outcome: HttpResponse | Failure
}

/** The URL that the last request went to, without credentials. */
export function finalUrl(result: ProbeResult): string {
  return redactUrl(result.hop.href as Url)
}
