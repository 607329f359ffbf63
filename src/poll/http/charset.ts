import { MultibyteDecoder } from './multibyte-decoder.ts'
import type { PieceDecoder } from './multibyte-decoder.ts'

/** How much of a body is searched for its charset, in bytes, as browsers do. */
const SNIFFED_BYTES = 1_024

/** The longest byte order mark, in bytes. */
const MARK_BYTES = 3

/** From this byte on, ISO-2022-JP may use ASCII for other characters. */
const ESCAPE = 0x1b

/** Charsets whose decoder needs care: see MultibyteDecoder. */
const MULTIBYTE = /^(?:gb|big5|euc-|iso-2022-|shift_jis)/

const META = /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i
const XML = /^<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)/i
const PARAMETER = /;\s*charset\s*=\s*"?\s*([\w.:-]+)/i

/** How many bytes of a body, which begins with these, are needed to know its charset. Only markup can name one. */
export function bytesForCharset(contentType: string, start: Buffer): number {
  const isMarkup = /^\s*(<|$)/.test(start.toString('latin1', 0, SNIFFED_BYTES))
  return isMarkup && labelIn(PARAMETER, contentType) === null ? SNIFFED_BYTES : MARK_BYTES
}

/**
 * A decoder for a body that begins with these bytes. Its charset is that of a byte order mark, of the Content-Type, of an XML
 * declaration or a meta element, else UTF-8. Names that are not known are skipped. It drops the byte order mark.
 */
export function textDecoder(contentType: string, start: Buffer): PieceDecoder {
  const charset = charsetOf(contentType, start)
  return MULTIBYTE.test(charset) ? new MultibyteDecoder(charset) : new TextDecoder(charset)
}

/** The beginning of a body as far as it reads the same whatever its charset turns out to be. */
export function certainText(contentType: string, start: Buffer): string {
  if (charsetOf(contentType, start).startsWith('utf-16')) return ''
  const end = start.findIndex((byte) => byte > 0x7f || byte === ESCAPE)
  return start.toString('latin1', 0, end === -1 ? start.length : end)
}

/** The charset, as TextDecoder names it. */
export function charsetOf(contentType: string, start: Buffer): string {
  const marked = byteOrderMark(start)
  if (marked !== null) return marked
  const named = labelIn(PARAMETER, contentType)
  if (named !== null) return named
  const text = start.toString('latin1', 0, SNIFFED_BYTES).replaceAll(/<!--.*?(?:-->|$)/gs, '')
  const declared = labelIn(XML, text) ?? labelIn(META, text)
  // What could be read to find it is not UTF-16.
  return declared === null || declared.startsWith('utf-16') ? 'utf-8' : declared
}

function byteOrderMark(start: Buffer): string | null {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  return null
}

function labelIn(pattern: RegExp, text: string): string | null {
  const label = pattern.exec(text)?.[1]
  if (label === undefined) return null
  try {
    return new TextDecoder(label).encoding
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
