const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]

/** A span of time in at most two units, as the configuration has them: `90d`, `1h 30m`, `2.5s`. Not rounded up. */
export function spanText(ms: number): string {
  const wholeMs = Math.max(0, Math.floor(ms))
  if (wholeMs > 1_000 && wholeMs < 60_000) return `${Math.floor(wholeMs / 100) / 10}s`
  const first = UNITS.findIndex(([, unit]) => wholeMs >= unit)
  if (first < 0) return '0s'
  const [name, unit] = UNITS[first] as readonly [string, number]
  const next = UNITS[first + 1]
  const rest = next === undefined || name === 's' ? 0 : Math.floor((wholeMs % unit) / next[1])
  return `${Math.floor(wholeMs / unit)}${name}${rest === 0 ? '' : ` ${rest}${next?.[0]}`}`
}

/** A share from 0 to 1 as a percentage. It is cut after three decimals, so that 100% means all of it. */
export function shareText(share: number): string {
  // A share such as 0.29 is a little less than its decimals say.
  return `${Math.floor(Number((share * 100_000).toPrecision(12))) / 1_000}%`
}

/** How long until something, or since it, in words: `in 13 days`, `in 5 hours`, `2 days ago`. */
export function distanceText(ms: number): string {
  const [noun, unit] = Math.abs(ms) >= 2 * 86_400_000 ? ['day', 86_400_000] : ['hour', 3_600_000]
  const count = Math.floor(Math.abs(ms) / unit)
  const words = count === 0 ? 'less than an hour' : `${count} ${noun}${count === 1 ? '' : 's'}`
  return ms >= 0 ? `in ${words}` : `${words} ago`
}
