// FNV-1a, twice with different starts. Nobody is kept from making texts that collide; who writes a list has no use of that.

const PRIME = 0x0100_0193

/** A number of 32 bits that follows from a text. `start` makes others of the same text. */
export function hashText(text: string, start = 0x811c_9dc5): number {
  let hash = start
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME)
  // The last characters of a text have changed only low bits so far.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a_2d39)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** A name for a text: 12 hexadecimal digits, the same on each machine. Of 300 texts, two are alike once in 6,000 million times. */
export function textKey(text: string): string {
  const high = hashText(text) & 0xff_ffff
  const low = hashText(text, 0x1b87_3593) & 0xff_ffff
  return high.toString(16).padStart(6, '0') + low.toString(16).padStart(6, '0')
}
