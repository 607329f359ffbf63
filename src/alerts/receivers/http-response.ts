import { shorten } from '../../resource/shorten.ts'
import { escapeUnprintable } from '../../settings/quote.ts'
import type { SendResult } from '../notification.ts'

/** The longest part of an answer that is told, in UTF-16 units. */
const MAX_SAID_LENGTH = 300

/** The longest wait that a server can ask for, in ms: 24 hours, after which a notification is given up. */
export const MAX_RETRY_AFTER_MS = 86_400_000

/** What a server answered. */
export interface HttpResponse {
  readonly status: number
  /** What it asks for in `Retry-After`, in ms; null: nothing. */
  readonly retryAfterMs: number | null
  /** The clock of the server, to the second, in ms since the epoch; NaN if it does not say. */
  readonly serverTime: number
  /** The body, or its beginning, as it came: to be read, not to be told. */
  readonly body: string
  /** The same without secrets, which makes other JSON of some: to be told. */
  readonly text: string
}

/**
 * What became of a notification by the status of the answer alone: 2xx is sent; 408, 425, 429 and 5xx are worth another attempt; anything
 * else would be refused again. Redirects are not followed: the notification would go where nobody has written that it should.
 */
export function judgeStatus(response: HttpResponse): SendResult {
  const { status, retryAfterMs } = response
  const said = describeResponse(response)
  if (status >= 200 && status < 300) return { type: 'sent', said }
  if (status >= 500 || [408, 425, 429].includes(status)) return { type: 'retry', said, retryAfterMs }
  if (status >= 300 && status < 400)
    return { type: 'refused', said: `status ${status}: a redirect, which is not followed` }
  return { type: 'refused', said }
}

/** The status and the beginning of the body on one line: `status 400: no such channel`. */
export function describeResponse({ status, text }: HttpResponse): string {
  const body = oneLine(text)
  return body === '' ? `status ${status}` : `status ${status}: ${body}`
}

/** Text of a server as a part of a line: shortened, with nothing that a terminal obeys. */
export function oneLine(text: string): string {
  return shorten(
    escapeUnprintable(
      text
        .slice(0, MAX_SAID_LENGTH * 4)
        .replace(/\s+/g, ' ')
        .trim(),
    ),
    MAX_SAID_LENGTH,
  )
}

/**
 * Parses `Retry-After`: seconds, or a date (RFC 9110, 10.2.3), which is measured from that of the answer, since clocks differ. `date`: its
 * Date header; `now`: for an answer without one, in ms since the epoch. Null if it is neither.
 */
export function parseRetryAfter(text: string, date: string, now: number): number | null {
  const value = text.trim()
  // Some send fractions, such as Discord.
  const ms = /^\d+(\.\d+)?$/.test(value)
    ? Number(value) * 1_000
    : /^[A-Z][a-z]{2}/.test(value)
      ? Date.parse(value) - (Number.isNaN(Date.parse(date)) ? now : Date.parse(date))
      : Number.NaN
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}
