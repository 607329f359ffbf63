import { styleText } from 'node:util'
import type { Verdict } from '../../resource/resource.ts'

/** The style of a part of the screen. Yellow and cyan are hard to read on white in most palettes, so only these colours are used, for words. */
export type StyleName = 'bold' | 'dim' | 'red' | 'magenta' | 'green' | 'inverse'

/** Applies a style to a text that already has its final width. */
export type Style = (look: StyleName, text: string) => string

export const withColours: Style = (look, text) => styleText(look, text, { validateStream: false })

/** For NO_COLOR: only bold and inverse. */
export const withoutColours: Style = (look, text) =>
  look === 'inverse' || look === 'bold' ? withColours(look, text) : text

/** For tests: no style. */
export const unstyled: Style = (_, text) => text

export const VERDICT_STYLES: Readonly<Record<Verdict, StyleName>> = {
  down: 'red',
  unknown: 'magenta',
  pending: 'dim',
  up: 'green',
}
