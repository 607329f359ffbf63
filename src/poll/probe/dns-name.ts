/** Thrown for an answer that can't be read. */
export class MalformedAnswer extends Error {}

/** As many pointers as a name can have labels: without a limit, those of a message of 64 KiB take half a second. */
const MAX_POINTERS = 127

/** The longest name, in bytes on the wire. */
const MAX_NAME = 255

/** Characters that stand behind a backslash in a name. */
const SPECIAL = ` .'@;()"\\`

/** Reads the name at `start`, and where it ends. Letters stay as they are. Throws a MalformedAnswer. */
export function readName(message: Buffer, start: number): { name: string; end: number } {
  let name = ''
  let size = 0
  let end = 0
  let lowest = start
  let pointers = 0
  for (let at = start; ;) {
    const length = message[at]
    if (length === undefined) throw new MalformedAnswer()
    if (length >= 0xc0) {
      const low = message[at + 1]
      const target = ((length & 0x3f) << 8) | (low ?? 0)
      if (low === undefined || target >= lowest || ++pointers > MAX_POINTERS) throw new MalformedAnswer()
      if (end === 0) end = at + 2
      at = lowest = target
      continue
    }
    size += length + 1
    if (length > 63 || size > MAX_NAME || at + 1 + length > message.length) throw new MalformedAnswer()
    if (length === 0) return { name: name === '' ? '.' : name, end: end === 0 ? at + 1 : end }
    name += `${presentation(message.subarray(at + 1, at + 1 + length), SPECIAL)}.`
    at += 1 + length
  }
}

/** Bytes as text: those of `special` behind a backslash, and what can't be printed as `\DDD`. */
export function presentation(bytes: Uint8Array, special: string): string {
  let text = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    if (special.includes(character)) text += `\\${character}`
    else if (byte < 0x20 || byte > 0x7e) text += `\\${String(byte).padStart(3, '0')}`
    else text += character
  }
  return text
}
