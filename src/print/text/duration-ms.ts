/** Units of durations as settings have them, in ms. */
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** A duration as a setting has it, such as `1.5s`, in ms; NaN for another text. */
export function durationMs(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text) ?? []
  return Number(number) * (UNITS_MS[unit] ?? Number.NaN)
}
