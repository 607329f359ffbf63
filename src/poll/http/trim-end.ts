const TAB = 9
const CR = 13
const SPACE = 32

/**
 * The text without the spaces, tabs and CRs at its end. A loop, because a regular expression takes minutes for a value of
 * many blanks, and String.trimEnd also removes a no-break space, which in Latin-1 may be half of a UTF-8 `à`.
 */
export function trimEnd(value: string): string {
  let end = value.length
  while (end > 0 && isBlank(value.charCodeAt(end - 1))) end--
  return end === value.length ? value : value.slice(0, end)
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || code === CR
}
