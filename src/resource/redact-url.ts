import type { Url } from './resource.ts'

/** The URL as it may be printed: without its credentials. */
export function redactUrl(url: Url): string {
  return url.includes('@') ? url.replace(/^(https?:\/\/)[^/?#]*@/, '$1') : url
}
