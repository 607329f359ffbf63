import type { Url } from '../resource/resource.ts'
import { parseUrl } from './url.ts'

/** A URL as the value of a setting. Throws a RangeError that quotes nothing of the text: it may be a secret. */
export function parseUrlValue(text: string): Url {
  const parsed = parseUrl(text)
  if ('url' in parsed) return parsed.url
  throw new RangeError(`not a valid URL: ${parsed.why.replace(QUOTED_PART, '')}`)
}

/** The part of the reason that quotes the text. */
const QUOTED_PART = /(?:: did you mean|,? not|:)? ".*$/s
