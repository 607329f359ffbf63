/**
 * The length in bits of the code of each byte, 0 to 255 (RFC 7541, appendix B). The code is canonical (shorter codes first,
 * codes of equal length in the order of their bytes), so it follows from the lengths.
 */
// prettier-ignore
const LENGTHS = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
]

const SHORTEST = 5
const LONGEST = 30
/** Maximum length of the padding, in bits. */
const MAX_PADDING = 7

/** For each length: its first code, the index in BYTES of the first byte with such a code, and the number of such bytes. */
const FIRST_CODE: number[] = []
const FIRST_BYTE: number[] = []
const COUNT: number[] = []
const BYTES: number[] = []
/** For each eight bits the byte whose code they begin with, and 256 times the length of the code; 0: its code is longer. */
const SHORT_CODES = new Uint16Array(256)
let code = 0
for (let length = 0; length <= LONGEST; length++) {
  code *= 2
  FIRST_CODE.push(code)
  FIRST_BYTE.push(BYTES.length)
  for (let byte = 0; byte < LENGTHS.length; byte++) {
    if (LENGTHS[byte] !== length) continue
    BYTES.push(byte)
    if (length <= 8) SHORT_CODES.fill(length * 256 + byte, code << (8 - length), (code + 1) << (8 - length))
    code++
  }
  COUNT.push(BYTES.length - (FIRST_BYTE[length] as number))
}

/** Decodes an HPACK string to Latin-1; null if it is malformed. */
export function decodeHuffman(coded: Uint8Array): string | null {
  const bytes = Buffer.allocUnsafe(Math.ceil((coded.length * 8) / SHORTEST))
  const end = coded.length * 8
  let size = 0
  let at = 0
  while (at < end) {
    const short = SHORT_CODES[eightBits(coded, at)] as number
    const found = short !== 0 && at + (short >> 8) <= end ? short : longCode(coded, at)
    if (found === 0) break
    bytes[size++] = found & 0xff
    at += found >> 8
  }
  // The rest must be padding, which consists of ones.
  const rest = end - at
  const ones = 2 ** rest - 1
  if (rest > MAX_PADDING || ((coded.at(-1) ?? 0) & ones) !== ones) return null
  return bytes.toString('latin1', 0, size)
}

/** The bits from a place on. Behind the end there are ones. */
function eightBits(coded: Uint8Array, at: number): number {
  const byte = at >> 3
  return ((((coded[byte] as number) << 8) | (coded[byte + 1] ?? 0xff)) >> (8 - (at & 7))) & 0xff
}

/** The byte whose code begins at a place, and 256 times the length of the code; 0: there is none. */
function longCode(coded: Uint8Array, from: number): number {
  let bits = 0
  for (let length = 1; length <= LONGEST; length++) {
    const at = from + length - 1
    const byte = coded[at >> 3]
    if (byte === undefined) return 0
    bits = bits * 2 + ((byte >> (7 - (at & 7))) & 1)
    const nth = bits - (FIRST_CODE[length] as number)
    if (nth >= 0 && nth < (COUNT[length] as number))
      return length * 256 + (BYTES[(FIRST_BYTE[length] as number) + nth] as number)
  }
  return 0
}
