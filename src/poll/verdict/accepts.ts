import type { UrlOptions } from '../../settings/url-options.ts'

/** Whether a status is in one of the accepted ranges, so that it counts as up. */
export function accepts(ranges: UrlOptions['accept'], status: number): boolean {
  for (const [from, to] of ranges) if (status >= from && status <= to) return true
  return false
}
