import { closestMatch } from 'leven'

// The only door to leven.

/** The most edits between a typo and a suggestion. */
const MAX_EDITS = 3

/** The known name that is closest to a mistyped one; null if none is close. */
export function closestName(name: string, known: readonly string[]): string | null {
  return (
    closestMatch(name.toLowerCase(), known, {
      maxDistance: Math.min(MAX_EDITS, Math.ceil(name.length / 3)),
    }) ?? null
  )
}
