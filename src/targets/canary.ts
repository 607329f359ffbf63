import type { Url } from '../resource/resource.ts'
import { parseUrl } from './url.ts'

/** A URL as a list may hold it. Throws a RangeError, without any piece of the text: it may be a secret. */
export function parseCanary(text: string): Url {
  const parsed = parseUrl(text)
  if ('url' in parsed) return parsed.url
  throw new RangeError(`no URL that can be polled: ${parsed.why.replace(QUOTED_PART, '')}`)
}

/** What the reason quotes. */
const QUOTED_PART = /(?:: was|,? not|:)? ".*$/s
