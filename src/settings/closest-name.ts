import leven, { closestMatch } from 'leven'

// The only door to leven.

/** The most edits between a typo and a suggestion. */
const MAX_EDITS = 3

/** The known name that is closest to a mistyped one; null if none is close. Another first letter is rarely a typo: then more than half must be right. */
export function closestName(name: string, known: readonly string[]): string | null {
  const typed = name.toLowerCase()
  const maxDistance = Math.min(MAX_EDITS, Math.ceil(typed.length / 3))
  const alike = known.filter((one) => one[0]?.toLowerCase() === typed[0])
  const found = closestMatch(typed, alike, { maxDistance })
  if (found !== undefined) return found
  const other = closestMatch(typed, known, { maxDistance })
  if (other === undefined) return null
  return leven(typed, other) < Math.max(typed.length, other.length) / 2 ? other : null
}
