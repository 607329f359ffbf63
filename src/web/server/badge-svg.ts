import { shorten } from '../../resource/shorten.ts'

/** Colours of badges by what they say. Their contrast to white text is at least 4.5 : 1. */
export const BADGE_COLORS = { good: '#2a7d3f', fair: '#8a6a00', bad: '#c0392b', none: '#6b6b6b' } as const

export type BadgeColor = keyof typeof BADGE_COLORS

/** What a badge says: on its left and on its right. */
export interface Badge {
  readonly label: string
  readonly message: string
  readonly color: BadgeColor
}

/** Widths of the characters from U+0020 to U+007E in Verdana at 11 px, in tenths of a pixel. */
const WIDTHS: readonly number[] = [
  39, 43, 51, 90, 70, 118, 80, 30, 50, 50, 70, 90, 40, 50, 40, 50, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 50,
  50, 90, 90, 90, 60, 110, 75, 75, 77, 85, 70, 63, 85, 83, 46, 50, 76, 61, 93, 82, 87, 66, 87, 77, 75, 68, 81,
  75, 109, 75, 68, 75, 50, 50, 50, 90, 70, 70, 66, 69, 57, 69, 66, 39, 69, 70, 30, 38, 65, 30, 107, 70, 67,
  69, 69, 47, 57, 43, 70, 65, 90, 65, 65, 58, 70, 50, 70, 90,
]

/** Of any other character, in tenths of a pixel: full-width ones need so much. */
const OTHER_WIDTH = 110

/** Space beside a text, in pixels. */
const PADDING = 6

/** A text is cut at this length, in UTF-16 units. */
const MAX_LENGTH = 100

/**
 * Draws a badge as those of shields.io look. A viewer without Verdana fits the text into the same width. Text is escaped, and the image
 * needs nothing from elsewhere.
 */
export function badgeSvg({ label, message, color }: Badge): string {
  const [left, right] = [shorten(label, MAX_LENGTH), shorten(message, MAX_LENGTH)]
  const [leftWidth, rightWidth] = [widthOf(left), widthOf(right)]
  const leftBox = leftWidth + 2 * PADDING
  const rightBox = rightWidth + 2 * PADDING
  const title = escapeXml(`${left}: ${right}`)
  const width = leftBox + rightBox
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<clipPath id="r"><rect width="${width}" height="20" rx="3" fill="#fff"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${leftBox}" height="20" fill="#444"/>`,
    `<rect x="${leftBox}" width="${rightBox}" height="20" fill="${BADGE_COLORS[color]}"/></g>`,
    '<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">',
    textElement(PADDING, leftWidth, left),
    textElement(leftBox + PADDING, rightWidth, right),
    '</g></svg>\n',
  ].join('')
}

/** Escapes a text for XML, and takes out what XML cannot have. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(NOT_XML, '\ufffd')
    .replaceAll(/[<>&"']/g, (character) => `&#${character.codePointAt(0)};`)
}

/** https://www.w3.org/TR/xml/#charsets, without halves of surrogate pairs. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

function textElement(x: number, width: number, text: string): string {
  return `<text x="${x}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escapeXml(text)}</text>`
}

function widthOf(text: string): number {
  let tenths = 0
  for (const character of text) tenths += WIDTHS[(character.codePointAt(0) ?? 0) - 0x20] ?? OTHER_WIDTH
  return Math.max(1, Math.ceil(tenths / 10))
}
