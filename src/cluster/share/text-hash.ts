import { fnv1a } from '../../resource/fnv.ts'

// Nobody is kept from making texts that collide; who writes a list has no use of that.

/** A number of 32 bits that follows from a text. `start` makes others of the same text. */
export function hashText(text: string, start?: number): number {
  let hash = fnv1a(text, start)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The length of a key, all of it ASCII. */
export const KEY_LENGTH = 12

/** A name for a text: 12 hexadecimal digits, the same on each machine. Of 300 texts, two are alike once in 6,000 million times. */
export function textKey(text: string): string {
  const high = hashText(text) & 0xff_ffff
  const low = hashText(text, 0x1b87_3593) & 0xff_ffff
  return high.toString(16).padStart(KEY_LENGTH / 2, '0') + low.toString(16).padStart(KEY_LENGTH / 2, '0')
}
