import { isLoopbackHost } from '../../settings/loopback.ts'
import { parseHttpUrl } from '../../settings/url.ts'
import type { KeyValue } from './receiver-type.ts'

/** Parses the URL that a receiver is reached at. It may hold a secret, which the reason does not quote. Throws a RangeError. */
export function parseReceiverUrl({ text }: KeyValue): string {
  const parsed = parseHttpUrl(text)
  // The reason may quote a part of the URL.
  if ('why' in parsed) throw new RangeError('not a URL such as https://example/hook')
  return parsed.url
}

/** Parses a text that is not empty and has no control characters, such as a token. Throws a RangeError that does not quote it. */
export function parseToken({ text }: KeyValue): string {
  if (text === '') throw new RangeError('it is empty')
  if (/\p{Cc}/u.test(text)) throw new RangeError('it holds a control character')
  return text
}

/** What to warn about when notifications, with their secrets, go to `url` in the clear; `key`: where the URL stands. */
export function plainHttpWarnings(url: string, key = 'url'): readonly string[] {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || isLoopbackHost(hostname)) return []
  return [`${key}: plain http to another machine: use https, or whoever is on the way can read and change it`]
}
