import type * as Croner from 'croner'
import { packageLoader } from '../../settings/package-loader.ts'

// The only file that loads croner, which knows when a time of day comes in a time zone.

const load = packageLoader('croner') as () => typeof Croner

/** A cron expression in a time zone. */
export interface Cron {
  /** The first occurrence after a time, both in ms since the epoch; null if it never comes. */
  next(after: number): number | null
}

/**
 * Parses a cron expression of five fields, such as `0 3 * * SUN`, in an IANA time zone, which isTimeZone has checked. When clocks go
 * forward, a time that is left out comes when they have gone forward; when they go back, a time that comes twice counts once, the first
 * time, unless the hours are `*`. Throws a RangeError.
 */
export function makeCron(expression: string, timeZone: string): Cron {
  if (expression.trim().split(/\s+/).length !== 5)
    throw new RangeError('not a cron expression with five fields, such as 0 3 * * SUN')
  const cron = parse(expression, timeZone)
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() ?? null }
}

function parse(expression: string, timezone: string): Croner.Cron {
  const { Cron } = load()
  try {
    return new Cron(expression, { timezone, paused: true })
  } catch (error) {
    throw new RangeError('not a cron expression such as 0 3 * * SUN', { cause: error })
  }
}

/** Whether it is the name of a time zone; an offset such as `+01:00` is none, since it has no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
