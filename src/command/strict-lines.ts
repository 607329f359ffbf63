import { counted } from '../resource/counted.ts'
import type { Options } from './options.ts'

/** Why nothing is polled when the lists have so many invalid lines; null: they don't matter. */
export function refusalOf(
  { once, strict }: Pick<Options, 'once' | 'strict'>,
  invalid: number,
): string | null {
  if (!once || !strict || invalid === 0) return null
  return `${counted(invalid, 'invalid line')} in the lists: nothing is polled; --no-strict polls the others\n`
}
