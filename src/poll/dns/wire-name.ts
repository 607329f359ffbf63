import { MAX_LABEL, MAX_NAME } from './query.ts'

/** Thrown while a reply is read that is malformed. Who reads the whole reply catches it. */
export class Malformed extends Error {}

/**
 * Maximum number of compression pointers in a name: as many as it can have labels. Without a limit, those of a message of
 * 64 KiB take half a second.
 */
const MAX_POINTERS = 127

/**
 * Reads the name at `start` (RFC 1035, section 4.1.4) and the position after it. The result is in wire form: each label after
 * its length, one character a byte, in lower case unless `keepsCase`, without the zero at the end. A pointer may only lead
 * backwards, so that there is no loop. Throws Malformed.
 */
export function wireName(message: Buffer, start: number, keepsCase = false): { name: string; end: number } {
  let name = ''
  let end = 0
  let lowest = start
  let pointers = 0
  for (let at = start; ;) {
    const length = message[at]
    if (length === undefined) throw new Malformed()
    if (length >= 0xc0) {
      const low = message[at + 1]
      const target = ((length & 0x3f) << 8) | (low ?? 0)
      if (low === undefined || target >= lowest || ++pointers > MAX_POINTERS) throw new Malformed()
      if (end === 0) end = at + 2
      at = lowest = target
    } else {
      if (length > MAX_LABEL || at + 1 + length > message.length) throw new Malformed()
      if (length === 0) return { name: keepsCase ? name : name.toLowerCase(), end: end === 0 ? at + 1 : end }
      name += message.toString('latin1', at, at + 1 + length)
      if (name.length >= MAX_NAME) throw new Malformed()
      at += 1 + length
    }
  }
}

/** A name in wire form as text, with a dot behind each label. `write`: how a label is written; as it is without. */
export function dottedName(wire: string, write = (label: string) => label): string {
  let text = ''
  for (let at = 0; at < wire.length;) {
    const end = at + 1 + wire.charCodeAt(at)
    text += `${write(wire.slice(at + 1, end))}.`
    at = end
  }
  return text === '' ? '.' : text
}
