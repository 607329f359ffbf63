/** The first byte that can be printed, and the last. */
const SPACE = 0x20
const LAST = 0x7e

/**
 * A text of one character a byte as master files have it (RFC 1035, section 5.1): characters of `special` behind a backslash, and what
 * can't be printed as `\DDD`. `first`: the first byte that is printed.
 */
export function presentation(bytes: string, special: string, first = SPACE): string {
  let text = ''
  for (const character of bytes) {
    const byte = character.charCodeAt(0)
    if (special.includes(character)) text += `\\${character}`
    else if (byte < first || byte > LAST) text += `\\${String(byte).padStart(3, '0')}`
    else text += character
  }
  return text
}
