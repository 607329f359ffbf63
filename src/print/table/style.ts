import { styleText } from 'node:util'
import type { Verdict } from '../../resource/resource.ts'

/** How a part of the screen looks. */
export type StyleName = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'inverse'

/** Puts a look on a text that is already as wide as it is to be. */
export type Style = (look: StyleName, text: string) => string

export const withColours: Style = (look, text) => styleText(look, text, { validateStream: false })

/** For NO_COLOR: emphasis and no colours. */
export const withoutColours: Style = (look, text) =>
  look === 'inverse' || look === 'bold' ? withColours(look, text) : text

/** For tests: the text alone. */
export const unstyled: Style = (_, text) => text

export const VERDICT_STYLES: Readonly<Record<Verdict, StyleName>> = {
  down: 'red',
  unknown: 'yellow',
  pending: 'dim',
  up: 'green',
}
