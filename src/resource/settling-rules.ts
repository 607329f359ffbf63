import type { Url } from './resource.ts'

/** How many consecutive polls must find a URL so before its verdict turns. */
export interface Thresholds {
  readonly downAfter: number
  readonly upAfter: number
}

/** Settings that decide the verdict of a URL from more than its last poll. */
export interface SettlingRules extends Thresholds {
  /** While this URL is down, nothing is known of the URL; null: none. */
  readonly parent: Url | null
}

/** The most parents above a URL, one above the other. */
export const MAX_PARENTS = 16
