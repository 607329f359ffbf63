declare const brand: unique symbol

/** A number that only the Resource table gives out: the row of one Resource, from 0. */
export type ResourceId = number & { readonly [brand]: 'ResourceId' }

/**
 * A URL that `targets/` has checked: absolute, http or https, normalised as the WHATWG URL standard says, without a
 * fragment. It may hold credentials: print `redactUrl`, never this.
 */
export type Url = string & { readonly [brand]: 'Url' }

/** What the last poll said of a Resource; `pending` before the first. */
export type Verdict = 'pending' | 'up' | 'down' | 'unknown'

/** The verdicts in the order of their codes in packed records. */
export const VERDICTS: readonly Verdict[] = ['pending', 'up', 'down', 'unknown']

/**
 * One URL to poll, and what polling it has taught. A Resource is in exactly one place: asleep in the schedule, in one
 * poller, or on a channel between the two. Whoever holds it may read and write it; sending it gives it up.
 */
export interface Resource {
  readonly id: ResourceId
  readonly url: Url
  /** How often its id was given to another URL before: what is said of that one is not said of this. Wraps at 65,536. */
  readonly generation: number
  /** The number of what its list says of how to poll it; 0 for nothing: as the flags say. */
  readonly profile: number
  /** Intended start of its next (in a poller: of this) poll, in ms on the monotonic clock. */
  dueAt: number
  /** Consecutive polls that got no valid answer. */
  errCount: number
  /** What its last poll said. */
  verdict: Verdict
  /** The server asked not to be polled before this (Retry-After), in ms on the monotonic clock; 0 if it did not. */
  notBefore: number
  /** HEAD was refused here and GET is asked instead until this, in ms on the monotonic clock; 0 if it was not. */
  headRefusedUntil: number
  /** The status that HEAD and GET were both answered with, and that is not accepted; 0 where there is none. */
  refusedStatus: number
}

/** A Resource that comes back to main, which knows its URL and how to poll it. */
export type PolledResource = Omit<Resource, 'url' | 'generation' | 'profile'>
