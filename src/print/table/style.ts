import { styleText } from 'node:util'
import type { Verdict } from '../../resource/resource.ts'

/** How a part of the screen looks. */
export type Look = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'inverse'

/** Puts a look on a text that is already as wide as it is to be. */
export type Style = (look: Look, text: string) => string

export const coloured: Style = (look, text) => styleText(look, text, { validateStream: false })

/** For NO_COLOR: emphasis and no colours. */
export const plain: Style = (look, text) =>
  look === 'inverse' || look === 'bold' ? coloured(look, text) : text

/** For tests: the text alone. */
export const bare: Style = (_, text) => text

export const LOOKS: Readonly<Record<Verdict, Look>> = {
  down: 'red',
  unknown: 'yellow',
  pending: 'dim',
  up: 'green',
}
