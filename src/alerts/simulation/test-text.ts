import { spanText } from '../engine/span-text.ts'
import type { Expectation, SentNotification } from './rule-test.ts'

/** The most alerts of a notification that are written. */
const MAX_WRITTEN = 3

/** One line about a notification: `1m 10s ops firing down (new): https://a.example/ down for 3 polls`. */
export function sentText({ at, to, notification }: SentNotification): string {
  const { status, kind, cause, rule, total, alerts } = notification
  const shown = alerts
    .slice(0, MAX_WRITTEN)
    .map(({ url, group, summary }) => `${url === '' ? group : url} ${summary}`)
  const more = total > shown.length ? `, and ${total - shown.length} more` : ''
  return `${spanText(at)} ${to} ${status} ${kind} (${cause}) of ${rule}: ${shown.join('; ')}${more}`
}

/** One line about a notification that is expected. */
export function expectedText({ at, to, status, cause, alert, rule, total, urls }: Expectation): string {
  const parts: readonly (readonly [string, string | number | null])[] = [
    ['at', at === null ? null : spanText(at)],
    ['to', to],
    ['status', status],
    ['alert', alert],
    ['cause', cause],
    ['rule', rule],
    ['total', total],
    ['urls', urls === null ? null : urls.join(' ')],
  ]
  const given = parts.filter(([, value]) => value !== null).map(([name, value]) => `${name} ${value}`)
  return given.length === 0 ? 'any notification' : given.join(', ')
}
