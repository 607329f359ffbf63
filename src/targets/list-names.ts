import type { Url } from '../resource/resource.ts'
import { redactUrl } from '../resource/redact-url.ts'
import { redactName } from '../settings/quote.ts'

/** Whether a name is that of a sitemap: `.xml` or `.xml.gz`. */
export function isSitemapName(name: string): boolean {
  return /\.xml(\.gz)?$/i.test(name)
}

/** Whether the name of a list is a URL rather than a path. */
export function isHttpName(name: string): boolean {
  return /^https?:\/\//i.test(name)
}

/** The name of a list in messages: its URL without credentials. */
export function listName(url: Url): string {
  return redactName(redactUrl(url))
}
