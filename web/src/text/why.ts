import type { UrlRow } from '../server/answers.ts'
import { visible } from './visible.ts'

type PollOutcome = Pick<UrlRow, 'verdict' | 'reason' | 'status' | 'statusText' | 'detail'> &
  Pick<UrlRow, 'answer'>

/** How the detail of a URL with `want=down` begins that is up. */
const WANTED_DOWN = 'no answer ('

/** Why a URL has its verdict, with what was seen: `status: 503 Service Unavailable`; '' if it is simply up, with a 2xx or without a status. */
export function whyOf({ verdict, reason, status, statusText, detail, answer }: PollOutcome): string {
  if (reason === null) return verdict === 'pending' ? 'not polled yet' : ''
  if (reason === 'ok') {
    if (answer !== undefined && answer !== verdict) return `still ${verdict}: its last poll was up`
    if (status === null) return detail.startsWith(WANTED_DOWN) ? visible(detail) : ''
    return status >= 200 && status <= 299 ? '' : visible(seenStatus(status, statusText))
  }
  const text = reasonText(reason, status, reason === 'status' ? statusText : detail)
  return answer !== undefined && answer !== verdict && verdict === 'up' ? `still up: ${text}` : text
}

/** A reason with what was seen, '' for nothing: of `status` the phrase, to which its number is added. */
export function reasonText(reason: string, status: number | null, text: string): string {
  const seen = reason === 'status' ? seenStatus(status, text) : text
  return seen === '' ? reason : `${reason}: ${visible(seen)}`
}

/** What an answer was: `200 OK`, or why there was none. */
export function answerOf(row: PollOutcome): string {
  if (row.reason === null) return ''
  if (row.reason !== 'ok') return whyOf(row)
  return visible(row.status === null ? row.detail : seenStatus(row.status, row.statusText))
}

function seenStatus(status: number | null, phrase: string): string {
  return `${status ?? ''} ${phrase}`.trim()
}

/** The same with what matters beside it: whether it is in maintenance. */
export function withMaintenance(text: string, isMaintained: boolean): string {
  if (!isMaintained) return text
  return text === '' ? 'in maintenance' : `in maintenance · ${text}`
}
