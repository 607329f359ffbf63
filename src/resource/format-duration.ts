const UNITS: readonly (readonly [name: string, s: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
]

/** Formats a duration for people, in at most two units: `8s`, `3m 20s`, `2d 4h`. */
export function formatDuration(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000))
  const first = UNITS.findIndex(([, unit]) => s >= unit)
  if (first < 0) return '0s'
  const [name, unit] = UNITS[first] as readonly [string, number]
  const next = UNITS[first + 1]
  const rest = next === undefined ? 0 : Math.floor((s % unit) / next[1])
  return `${Math.floor(s / unit)}${name}${rest === 0 ? '' : ` ${rest}${next?.[0]}`}`
}
