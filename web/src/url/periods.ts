import type { UptimePeriod } from '../server/answers.ts'

/** The times that the chart can show: their length in ms, and their names. `polls`: the last polls, one by one. */
export const RANGES = {
  polls: { name: 'last polls', ms: 0 },
  '1h': { name: '1 h', ms: 3_600_000 },
  '24h': { name: '24 h', ms: 86_400_000 },
  '7d': { name: '7 d', ms: 7 * 86_400_000 },
  '30d': { name: '30 d', ms: 30 * 86_400_000 },
  '90d': { name: '90 d', ms: 90 * 86_400_000 },
  '1y': { name: '1 year', ms: 365 * 86_400_000 },
} as const

export type RangeName = keyof typeof RANGES

/** The names of the periods of uptime. */
export const PERIODS: Readonly<Record<UptimePeriod, string>> = {
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
  '90d': '90 days',
  '1y': '1 year',
}
