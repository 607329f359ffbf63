import { MAX_RETRY_AFTER_MS } from '../../settings/retry-after.ts'
import type { HttpResponse } from './exchange.ts'
import { trimEnd } from './trim-end.ts'
import { httpDateMs } from './http-date.ts'

/** How long from now the server asks not to be polled, in ms: Retry-After of a 429 or 503. Otherwise 0. */
export function retryDelayMs(
  { status, retryAfter }: Pick<HttpResponse, 'status' | 'retryAfter'>,
  wallMs: number,
): number {
  return status === 429 || status === 503 ? retryAfterMs(retryAfter, wallMs) : 0
}

/**
 * The value of Retry-After (RFC 9110 section 10.2.3), seconds or an HTTP-date, as ms from now. 0 without the header and
 * if it is invalid.
 */
export function retryAfterMs(header: string | null, wallMs: number): number {
  if (header === null) return 0
  const text = trimEnd(header.replace(/^[ \t]+/, ''))
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : httpDateMs(text, wallMs) - wallMs
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}
