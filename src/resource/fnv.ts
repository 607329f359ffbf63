/**
 * FNV-1a, 32 bits, over the UTF-16 units of a text (http://www.isthe.com/chongo/tech/comp/fnv/): a whole number from 0. Another `start` makes
 * another hash. The last characters have changed only its low bits: mix it where all bits count.
 */
export function fnv1a(text: string, start = 0x811c_9dc5): number {
  let hash = start
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  return hash >>> 0
}
