/**
 * The version of what machines write into the server for each other: the plan, what is known of URLs, results. What a newer headcount has
 * written with a higher one is left alone, so that machines can be updated one after the other.
 */
export const WIRE_VERSION = 1

const WHOLE = 'all'

/** The revision of a plan. `isWhole`: it has all URLs of the list. Otherwise batches that were taken out of it will come again, perhaps with other URLs. */
export function newRevision(isWhole: boolean, change: string): string {
  return `${WIRE_VERSION}:${isWhole ? WHOLE : 'part'}:${change}`
}

/** Whether a plan with this revision has all URLs of the list. */
export function isComplete(revision: string): boolean {
  return revision.split(':')[1] === WHOLE
}

/** Whether this headcount can read a plan with this revision; '': there is none. */
export function isReadable(revision: string): boolean {
  return revision === '' || Number.parseInt(revision, 10) <= WIRE_VERSION
}
