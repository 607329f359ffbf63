/** The colours of squares, in the theme of now. */
export interface WallColours {
  /** By the code of the verdict, as CSS has them. */
  readonly byCode: readonly string[]
  /** Of one that was just polled and is up. */
  readonly bright: string
  /** By the code of the verdict, as pixels of an image. */
  readonly pixels: readonly number[]
}

const NAMES = ['--wall-pending', '--wall-up', '--down', '--unknown']

/** Reads the colours from the style of an element. */
export function wallColours(element: Element): WallColours {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const byCode = NAMES.map(colour)
  return { byCode, bright: colour('--up'), pixels: byCode.map(pixelOf) }
}

/** `#rrggbb` in the order of bytes of an image, opaque. */
function pixelOf(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  return ((0xff << 24) | ((blue ?? 0) << 16) | ((green ?? 0) << 8) | (red ?? 0)) >>> 0
}
