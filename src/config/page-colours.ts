import type { Colour, ColourName } from '../settings/public-page.ts'
import { MapReader } from './map-reader.ts'
import type { Tree } from './tree.ts'
import type { ValueReader } from './value-reader.ts'

/** What the shapes of a page stand on: the colours of `src/web/public/style.ts`. */
const BACKGROUNDS = { light: '#ffffff', dark: '#171a1f' } as const

/** The least contrast of a shape to what it stands on: WCAG 2.2, 1.4.11. */
const MIN_CONTRAST = 3

/** Reads the colours of a page: each is one, or a map with `light` and `dark`. */
export function readColours(
  reader: ValueReader,
  tree: Tree | undefined,
  names: readonly ColourName[],
): Partial<Record<ColourName, Colour>> {
  const colours: Partial<Record<ColourName, Colour>> = {}
  if (tree === undefined) return colours
  const map = new MapReader(reader, tree, 'colours', names)
  for (const name of names) {
    const value = map.tree(name)
    const colour = value === undefined ? null : readColour(reader, value, name, map)
    if (colour !== null) colours[name] = colour
  }
  return colours
}

function readColour(reader: ValueReader, tree: Tree, name: ColourName, map: MapReader): Colour | null {
  // The accent is an ornament: no state is told by it.
  const check = (theme: keyof Colour) => (text: string) => parseColour(text, theme, name !== 'accent')
  const both = tree.type === 'map' ? new MapReader(reader, tree, name, ['light', 'dark']) : null
  const light = both === null ? map.read(name, check('light')) : both.read('light', check('light'))
  if (light === null && both?.tree('light') !== undefined) return null
  const dark = both === null ? map.read(name, check('dark')) : both.read('dark', check('dark'))
  for (const theme of ['light', 'dark'])
    if (both !== null && both.tree(theme) === undefined)
      reader.report(tree.offset, `${name}: it has no ${theme}`)
  return light === null || dark === null ? null : { light, dark }
}

/** Returns `#rrggbb`. Throws a RangeError. */
function parseColour(text: string, theme: keyof Colour, isShape: boolean): string {
  const colour = text.replace(/^#([\da-f])([\da-f])([\da-f])$/i, '#$1$1$2$2$3$3').toLowerCase()
  if (!/^#[\da-f]{6}$/.test(colour)) throw new RangeError('not a colour such as "#0b62c4"')
  const contrast = contrastOf(colour, BACKGROUNDS[theme])
  if (isShape && contrast < MIN_CONTRAST)
    throw new RangeError(
      `its contrast on a ${theme} page is ${contrast.toFixed(1)}, and ${MIN_CONTRAST} is needed; give two colours: { light: …, dark: … }`,
    )
  return colour
}

/** The contrast of two colours, from 1 to 21: WCAG 2.2, contrast ratio. */
export function contrastOf(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
