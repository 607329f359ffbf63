/** What is known of one reason. */
export interface ReasonFacts {
  /** The verdict that it gives. */
  readonly verdict: 'up' | 'down' | 'unknown'
  /** What happened, in a few words: the `detail` of a State, or how it begins if an address or a name follows. */
  readonly text: string
  /** A URL that was up gets a second attempt before its verdict changes, since this may happen to a single poll. */
  readonly retried?: true
  /** The server gave a valid answer, so `errCount` goes back to 0. */
  readonly answered?: true
  /** A failed uplink of this machine can look like this: UplinkMonitor checks it first. */
  readonly uplink?: true
  /** When a poll has this reason, for the documentation. */
  readonly meaning: string
  /** What an operator should do about it, for the documentation; '' for nothing. */
  readonly action: string
}
