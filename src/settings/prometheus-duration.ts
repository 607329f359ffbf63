import { MAX_DURATION_MS, unitHint } from './durations.ts'

/** https://prometheus.io/docs/prometheus/latest/configuration/configuration/: `<duration>`; each unit at most once, in this order. */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/

const HOUR_MS = 3_600_000
const UNITS_MS = [365 * 24 * HOUR_MS, 7 * 24 * HOUR_MS, 24 * HOUR_MS, HOUR_MS, 60_000, 1_000, 1]

/** Parses a duration in the notation of Prometheus, such as `1m30s`, in ms. Throws a RangeError. */
export function parsePrometheusDuration(text: string): number {
  const parts = text === '' ? null : DURATION.exec(text)
  if (parts === null)
    throw new RangeError(
      `not a duration${(text.includes('.') ? null : unitHint(text)) ?? ' such as 30s or 1m30s'}`,
    )
  const ms = UNITS_MS.reduce((sum, unit, n) => sum + Number(parts[n + 1] ?? 0) * unit, 0)
  if (ms === 0) throw new RangeError('too short: at least 1ms')
  if (ms > MAX_DURATION_MS) throw new RangeError('longer than 480h')
  return ms
}
