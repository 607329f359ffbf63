/** The largest number of things. */
export const MAX_COUNT = 1_000_000_000

/** A number of things, or a share of all of them, from 0 to 1. */
export type CountOrShare = { readonly count: number } | { readonly share: number }

/** Parses `3` or `2.5%`. Throws a RangeError. */
export function parseCountOrShare(text: string): CountOrShare {
  const match = /^(\d{1,9})(\.\d+)?(%?)$/.exec(text)
  const [, whole = '', fraction = '', percent = ''] = match ?? []
  if (match === null || (percent === '' && fraction !== ''))
    throw new RangeError('neither a whole number nor a percentage such as 5%')
  if (percent === '') return { count: Number(whole) }
  const share = Number(`${whole}${fraction}`) / 100
  if (share > 1) throw new RangeError('more than 100%')
  return { share }
}

/** How many that are of `all`, rounded down. */
export function countOf(value: CountOrShare, all: number): number {
  return 'count' in value ? value.count : Math.floor(Number((value.share * all).toPrecision(12)))
}
