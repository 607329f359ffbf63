const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** The longest duration, in ms: 20 days. A timer of 2³¹ ms (24.8 days) or more would fire at once. */
export const MAX_DURATION_MS = 480 * 3_600_000

/** Parses a duration such as `250ms`, `1.5s`, `2m` or `1h`, in ms. Throws a RangeError. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  if (match === null)
    throw new RangeError(`not a duration${unitHint(text) ?? ', such as 250ms, 1.5s, 2m or 1h'}`)
  const ms = Number(match[1]) * (UNITS_MS[match[2] as string] as number)
  if (ms > MAX_DURATION_MS) throw new RangeError('longer than 480h')
  return ms
}

/** The longest duration with days, in ms: 1,000 days. */
const MAX_LONG_DURATION_MS = 1_000 * 86_400_000

/** Parses a duration such as `90s`, `4h` or `14d`, in ms, at least `minMs`. It is too long for a timer. Throws a RangeError. */
export function parseLongDuration(text: string, minMs = 1): number {
  const days = /^(\d{1,6}(?:\.\d{1,6})?)d$/.exec(text)
  const ms = days === null ? parseDuration(text) : Number(days[1]) * 86_400_000
  if (ms < minMs) throw new RangeError(`too short: at least ${writeDuration(minMs)}`)
  if (ms > MAX_LONG_DURATION_MS) throw new RangeError('longer than 1000d')
  return ms
}

/** The hint for a duration without a unit, most likely in seconds; null: the text is something else. */
export function unitHint(text: string): string | null {
  const seconds = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : 0
  return seconds > 0 && seconds * 1_000 <= MAX_DURATION_MS ? `: did you mean ${text}s?` : null
}

/** Writes a duration in ms as it can be parsed. */
export function writeDuration(ms: number): string {
  const unit = ms === 0 ? 's' : (['h', 'm', 's'].find((one) => ms % (UNITS_MS[one] as number) === 0) ?? 'ms')
  return `${ms / (UNITS_MS[unit] as number)}${unit}`
}
