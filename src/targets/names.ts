import type { Url } from '../resource/resource.ts'
import { shownUrl } from '../resource/shown-url.ts'
import { shownName } from './quote.ts'

/** Whether a name says sitemap. */
export function isXmlName(name: string): boolean {
  return /\.xml(\.gz)?$/i.test(name)
}

/** Whether a name of a list is a URL to fetch it from, not a path. */
export function isHttpName(name: string): boolean {
  return /^https?:\/\//i.test(name)
}

/** A URL as messages name it: without its credentials. */
export function nameOf(url: Url): string {
  return shownName(shownUrl(url))
}
