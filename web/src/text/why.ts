import type { UrlRow } from '../server/answers.ts'
import { visible } from './visible.ts'

type PollOutcome = Pick<UrlRow, 'verdict' | 'reason' | 'status' | 'statusText' | 'detail'> &
  Pick<UrlRow, 'answer'>

/** Why a URL has its verdict, with what was seen: `status: 503 Service Unavailable`; '' if it is simply up. */
export function whyOf({ verdict, reason, status, statusText, detail, answer }: PollOutcome): string {
  if (reason === null) return verdict === 'pending' ? 'not polled yet' : ''
  if (reason === 'ok')
    return answer === undefined || answer === verdict ? '' : `still ${verdict}: its last poll was up`
  const seen = reason === 'status' ? `${status ?? ''} ${statusText}`.trim() : detail
  const text = seen === '' ? reason : `${reason}: ${visible(seen)}`
  return answer !== undefined && answer !== verdict && verdict === 'up' ? `still up: ${text}` : text
}

/** What an answer was: `200 OK`, or why there was none. */
export function answerOf(row: PollOutcome): string {
  if (row.reason === null) return ''
  if (row.reason !== 'ok') return whyOf(row)
  return visible(row.status === null ? row.detail : `${row.status} ${row.statusText}`.trim())
}

/** The same with what matters beside it: whether it is in maintenance. */
export function withMaintenance(text: string, isMaintained: boolean): string {
  if (!isMaintained) return text
  return text === '' ? 'in maintenance' : `in maintenance · ${text}`
}
