/** What the revision of a plan begins with when batches that were taken out of it will come again, perhaps with other URLs. */
export const PARTIAL = 'part:'

/** What it begins with otherwise. */
export const COMPLETE = 'all:'

/** Whether a plan with this revision has all URLs of the list. */
export function isComplete(revision: string): boolean {
  return revision.startsWith(COMPLETE)
}
