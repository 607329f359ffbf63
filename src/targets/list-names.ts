import type { Url } from '../resource/resource.ts'
import { redactUrl } from '../resource/redact-url.ts'
import { redactName } from '../settings/quote.ts'

/** Whether a name says sitemap. */
export function isSitemapName(name: string): boolean {
  return /\.xml(\.gz)?$/i.test(name)
}

/** Whether a name of a list is a URL to fetch it from, not a path. */
export function isHttpName(name: string): boolean {
  return /^https?:\/\//i.test(name)
}

/** A URL as messages name it: without its credentials. */
export function listName(url: Url): string {
  return redactName(redactUrl(url))
}
