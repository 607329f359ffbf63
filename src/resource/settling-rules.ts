/** Settings that decide the verdict of a URL from more than its last poll. */
export interface SettlingRules {
  /** So many consecutive polls must find the URL down before its verdict turns. */
  readonly downAfter: number
  /** The same for up. */
  readonly upAfter: number
}
