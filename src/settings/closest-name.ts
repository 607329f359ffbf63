import { closestMatch } from 'leven'

// The only door to leven.

/** Edits from what was meant, at most: more, and it is a guess. */
const MAX_EDITS = 3

/** The known name that was meant, perhaps; null when none is near. */
export function closestName(name: string, known: readonly string[]): string | null {
  return (
    closestMatch(name.toLowerCase(), known, {
      maxDistance: Math.min(MAX_EDITS, Math.ceil(name.length / 3)),
    }) ?? null
  )
}
