import type { Url } from './resource.ts'

/** The URL without its credentials, fit to be printed. */
export function redactUrl(url: Url): string {
  return url.includes('@') ? url.replace(/^([a-z]+:\/\/)[^/?#]*@/, '$1') : url
}
