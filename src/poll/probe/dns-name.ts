import { dottedName, wireName } from '../dns/wire-name.ts'

/** Characters that stand behind a backslash in a name. */
const SPECIAL = ` .'@;()"\\`

/** Reads the name at `start`, and where it ends. Letters stay as they are. Throws Malformed. */
export function readName(message: Buffer, start: number): { name: string; end: number } {
  const { name, end } = wireName(message, start, true)
  return { name: dottedName(name, (label) => presentation(label, SPECIAL)), end }
}

/** A text of one character a byte: those of `special` behind a backslash, and what can't be printed as `\DDD`. */
export function presentation(bytes: string, special: string): string {
  let text = ''
  for (const character of bytes) {
    const byte = character.charCodeAt(0)
    if (special.includes(character)) text += `\\${character}`
    else if (byte < 0x20 || byte > 0x7e) text += `\\${String(byte).padStart(3, '0')}`
    else text += character
  }
  return text
}
