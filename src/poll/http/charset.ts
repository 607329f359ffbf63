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

// Servers write what these read: no two repetitions beside each other match the same characters, so that the time grows with the length alone.
const META = /<meta\s[^>]*/gi
const IN_META = /charset\s*=\s*(?:["']\s*)?([\w.:-]+)/i
const XML = /^<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)/i
const PARAMETER = /;\s*charset\s*=\s*(?:"\s*)?([\w.:-]+)/i

/** Finds the charset of one body. */
export class BodyCharset {
  /** By the Content-Type. */
  readonly #named: string | null
  /** Whether what comes next of the beginning reads the same whatever the charset turns out to be. */
  #isCertain: boolean

  constructor(contentType: string) {
    this.#named = known(PARAMETER.exec(contentType))
    this.#isCertain = this.#named?.startsWith('utf-16') !== true
  }

  /** How many bytes of the body, which begins with these, are needed to know it. Only markup can name one. */
  bytesNeeded(start: Buffer): number {
    const canName = this.#named === null && /^\s*(<|$)/.test(start.toString('latin1', 0, SNIFFED_BYTES))
    return canName ? SNIFFED_BYTES : MARK_BYTES
  }

  /** The text of the next bytes of the beginning, up to the first that may mean something else in another charset. */
  certainText(bytes: Buffer): string {
    if (!this.#isCertain) return ''
    const end = bytes.findIndex((byte) => byte > 0x7f || byte === ESCAPE)
    this.#isCertain = end === -1
    return bytes.toString('latin1', 0, end === -1 ? bytes.length : end)
  }

  /**
   * The charset of the body, which begins with these bytes, as TextDecoder names it: that of a byte order mark, of the Content-Type, of an
   * XML declaration or a meta element, else UTF-8. Names that are not known are skipped.
   */
  of(start: Buffer): string {
    return byteOrderMark(start) ?? this.#named ?? declared(start)
  }

  /** A decoder for the body, which begins with these bytes. It drops the byte order mark. */
  decoder(start: Buffer): PieceDecoder {
    const charset = this.of(start)
    return MULTIBYTE.test(charset) ? new MultibyteDecoder(charset) : new TextDecoder(charset)
  }
}

/** The charset that markup declares, else UTF-8. */
function declared(start: Buffer): string {
  const text = start.toString('latin1', 0, SNIFFED_BYTES).replaceAll(/<!--.*?(?:-->|$)/gs, '')
  const charset = known(XML.exec(text)) ?? inMeta(text)
  // What could be read to find it is not UTF-16.
  return charset === null || charset.startsWith('utf-16') ? 'utf-8' : charset
}

/** The charset of the first meta element that names one. */
function inMeta(text: string): string | null {
  for (const [tag] of text.matchAll(META)) {
    const found = IN_META.exec(tag)
    if (found !== null) return known(found)
  }
  return null
}

function byteOrderMark(start: Buffer): string | null {
  if (start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf) return 'utf-8'
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be'
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  return null
}

/** The charset of a name that was found, as TextDecoder names it; null if it is not known. */
function known(found: RegExpExecArray | null): string | null {
  const label = found?.[1]
  if (label === undefined) return null
  try {
    return new TextDecoder(label).encoding
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
