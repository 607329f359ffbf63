import { parseDate } from '../../resource/parse-date.ts'
import { ApiError } from './api-error.ts'
import type { Parameter } from './api-parameters.ts'

const HOUR_MS = 3_600_000

/** A time that is asked for ends now and is this long unless the request says otherwise, in ms. */
export const DEFAULT_RANGE_MS = 24 * HOUR_MS

/** The longest time that can be asked for, in ms: ten years. */
const MAX_RANGE_MS = 10 * 366 * 24 * HOUR_MS

/** At most so many buckets in an answer. */
export const MAX_BUCKETS = 1_000

/** Sums are kept for parts of this length, in ms. */
const UNIT_MS = 300_000

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS }

/** The parameters `from` and `to`, with what they mean. */
export function timeParameters(from: string, to: string): readonly Parameter[] {
  return [
    { name: 'from', meaning: from, schema: { type: 'string' }, example: '2026-11-25T00:00:00Z' },
    { name: 'to', meaning: to, schema: { type: 'string' }, example: '2026-11-26T00:00:00Z' },
  ]
}

/** The parameters of a time whose end is now unless the request says otherwise. */
export const RANGE_PARAMETERS = timeParameters(
  'the beginning, as in RFC 3339 or in seconds since the epoch; without it, 24 hours before `to`',
  'the end; without it, now',
)

/** The parameter `step`. */
export const STEP_PARAMETER: Parameter = {
  name: 'step',
  meaning: `the length of a bucket, a multiple of five minutes such as 15m, 1h or 1d; at most ${MAX_BUCKETS} buckets. Without it, one that makes at most 300`,
  schema: { type: 'string' },
  example: '1h',
}

/** A time, in ms since the epoch. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Parses `from` and `to`. `now`: in ms since the epoch. Throws an ApiError that says what would be right. */
export function parseRange(query: URLSearchParams, now: number): Range {
  const to = parseTime('to', query.get('to')) ?? now
  const from = parseTime('from', query.get('from')) ?? to - DEFAULT_RANGE_MS
  if (from >= to) throw new ApiError(400, 'from: it is not before to')
  if (to - from > MAX_RANGE_MS) throw new ApiError(400, 'from: more than ten years before to')
  return { from, to }
}

/** Parses `step`, in ms; null: there is none. Throws an ApiError that says what would be right. */
export function parseStep(query: URLSearchParams, { from, to }: Range): number | null {
  const text = query.get('step')
  if (text === null) return null
  const [, number = '', unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? []
  const ms = Number(number) * (UNITS_MS[unit] as number)
  if (number === '' || ms === 0 || ms % UNIT_MS !== 0)
    throw new ApiError(400, 'step: not a multiple of five minutes, such as 15m, 1h or 1d')
  if ((to - from) / ms > MAX_BUCKETS)
    throw new ApiError(400, `step: it makes more than ${MAX_BUCKETS} buckets; use a longer one`)
  return ms
}

/** Parses a time, in ms since the epoch; null: there is none. Throws an ApiError that says what would be right. */
export function parseTime(name: string, text: string | null): number | null {
  if (text === null) return null
  const ms = /^\d{1,11}(\.\d{1,6})?$/.test(text) ? Number(text) * 1_000 : parseDate(withPlus(text))
  if (Number.isFinite(ms) && ms >= 0) return Math.round(ms)
  throw new ApiError(400, `${name}: not a time such as 2026-11-25T00:00:00Z or 1764028800`)
}

/** A `+` in a query is a space. */
function withPlus(text: string): string {
  return text.replace(/ (?=\d\d:\d\d$)/, '+')
}
