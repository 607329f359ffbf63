declare const brand: unique symbol

/** The row of a Resource in the ResourceTable, from 0. Only the table makes them. */
export type ResourceId = number & { readonly [brand]: 'ResourceId' }

/**
 * A URL that `targets/` has checked: absolute, of a scheme that is polled, normalised by the rules of the WHATWG URL standard, without a
 * fragment. It may hold credentials, so print only `redactUrl` of it.
 */
export type Url = string & { readonly [brand]: 'Url' }

/** The result of the last poll of a Resource; `pending` before the first. */
export type Verdict = 'pending' | 'up' | 'down' | 'unknown'

/** The verdicts. A packed record holds an index of this list. */
export const VERDICTS: readonly Verdict[] = ['pending', 'up', 'down', 'unknown']

/**
 * One URL to poll, and what earlier polls have found. A Resource is in exactly one place: asleep in the schedule, in one
 * poller, or on a channel between the two. Whoever holds it may read and write it. Sending it gives it up.
 */
export interface Resource {
  readonly id: ResourceId
  readonly url: Url
  /** How many other URLs have had this id. It tells late messages about them apart. Wraps at 65,536. */
  readonly generation: number
  /** The number of the settings that its list gives for it; 0 for none, so that the flags apply. */
  readonly profile: number
  /** Intended start of the next poll (in a poller: of this poll), in ms on the monotonic clock. */
  dueAt: number
  /** Consecutive polls without a valid answer. */
  errCount: number
  /** The result of the last poll. */
  verdict: Verdict
  /** The server asked not to be polled before this time (Retry-After), in ms on the monotonic clock; 0 if it did not. */
  notBefore: number
  /** The server refused HEAD, so GET is used until this time, in ms on the monotonic clock; 0 if it did not. */
  headRefusedUntil: number
  /** The status, not an accepted one, with which the server answered both HEAD and GET; 0 for none. */
  refusedStatus: number
}

/** The due time of a Resource that comes back to main without having been polled. */
export const NOT_POLLED = -1

/** A Resource that comes back to main, without the fields that main knows already. */
export type PolledResource = Omit<Resource, 'url' | 'generation' | 'profile'>

/** A Resource that was never polled and is due at 0. */
export function unpolledResource(id: ResourceId, url: Url): Resource {
  return {
    id,
    url,
    dueAt: 0,
    errCount: 0,
    verdict: 'pending',
    notBefore: 0,
    headRefusedUntil: 0,
    refusedStatus: 0,
    generation: 0,
    profile: 0,
  }
}
