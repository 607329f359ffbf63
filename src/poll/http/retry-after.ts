import type { HttpResponse } from './exchange.ts'
import { trimEnd } from './head-reader.ts'
import { httpDateMs } from './http-date.ts'

/** A server can't ask for longer than this, in ms. */
export const MAX_RETRY_AFTER_MS = 3_600_000

/** For how long from now an answer asks not to be polled, in ms: only 429 and 503 can, with Retry-After. Else 0. */
export function retryDelayMs(
  { status, retryAfter }: Pick<HttpResponse, 'status' | 'retryAfter'>,
  wallMs: number,
): number {
  return status === 429 || status === 503 ? retryAfterMs(retryAfter, wallMs) : 0
}

/**
 * For how long from now the server asks not to be polled, in ms: Retry-After as RFC 9110 section 10.2.3 has it, seconds
 * or an HTTP-date. 0 without the header, and for all else that it may hold.
 */
export function retryAfterMs(header: string | null, wallMs: number): number {
  if (header === null) return 0
  const text = trimEnd(header.replace(/^[ \t]+/, ''))
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : httpDateMs(text, wallMs) - wallMs
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}
