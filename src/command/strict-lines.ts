import { counted } from '../resource/counted.ts'
import type { Options } from './options.ts'

type Strictness = Pick<Options, 'once' | 'strict' | 'check'>

/** Options with whether an invalid line of the lists is why the run ends with an error. */
export function withRefusal<O extends Strictness>(options: O): O & { readonly refusesInvalid: boolean } {
  return { ...options, refusesInvalid: options.check || (options.once && options.strict) }
}

/** Why nothing is polled when the lists have so many invalid lines; null: they don't matter. */
export function refusalOf(
  { once, strict }: Pick<Options, 'once' | 'strict'>,
  invalid: number,
): string | null {
  if (!once || !strict || invalid === 0) return null
  return `${counted(invalid, 'invalid line')} in the lists: nothing is polled; --no-strict polls the others\n`
}
