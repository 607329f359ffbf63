import { MOSTLY_WATCHED } from '../../resource/mostly-watched.ts'

/** Seconds in which a URL was what, in a time. */
export interface Spent {
  readonly up: number
  readonly down: number
  readonly unknown: number
  readonly maintenance: number
}

/** What is shown of a day. `none`: nobody watched. */
export type DayKind = 'up' | 'degraded' | 'down' | 'maintenance' | 'unknown' | 'none'

/** A time in which a URL was down. In ms since the epoch. */
export interface PastIncident {
  readonly url: string
  readonly begin: number
  /** Null while it goes on. */
  readonly end: number | null
  /** It began in a maintenance window. */
  readonly maintenance: boolean
}

/** What was, of the URLs of a page. */
export interface PageHistory {
  /** When each day begins, in ms since the epoch, in order. */
  readonly days: readonly number[]
  /** For each URL the days, and the whole time. A URL that history does not know is not here. */
  readonly urls: ReadonlyMap<string, { readonly days: readonly Spent[]; readonly all: Spent }>
  /** The latest first. */
  readonly incidents: readonly PastIncident[]
}

const DAY_MS = 86_400_000

const NOTHING: Spent = { up: 0, down: 0, unknown: 0, maintenance: 0 }

/** What is shown of several URLs together. */
export interface Past {
  readonly kinds: readonly DayKind[]
  /** Whether there was maintenance on each of the days. */
  readonly maintained: readonly boolean[]
  /** Over the whole time: up ÷ (up + down); null without either. */
  readonly uptime: number | null
  /** How long a URL was watched, on average, if that is much less than the whole time, in ms; else null. */
  readonly watchedMs: number | null
  /** How long a URL was in maintenance, on average, in ms. */
  readonly maintenanceMs: number
}

/** The days of several URLs together, and their uptime. */
export function daysOf(history: PageHistory, urls: readonly string[]): Past {
  const known = urls.flatMap((url) => history.urls.get(url) ?? [])
  const days = history.days.map((_, day) => sumOf(known.map((url) => url.days[day] ?? NOTHING)))
  const { up, down, unknown, maintenance } = sumOf(known.map(({ all }) => all))
  const onAverage = (seconds: number) => (1_000 * seconds) / Math.max(1, known.length)
  const watchedMs = onAverage(up + down + unknown + maintenance)
  return {
    kinds: days.map(kindOf),
    maintained: days.map((day) => day.maintenance > 0),
    uptime: up + down === 0 ? null : up / (up + down),
    watchedMs: watchedMs < MOSTLY_WATCHED * history.days.length * DAY_MS ? watchedMs : null,
    maintenanceMs: onAverage(maintenance),
  }
}

function sumOf(list: readonly Spent[]): Spent {
  return list.reduce(
    (sum, one) => ({
      up: sum.up + one.up,
      down: sum.down + one.down,
      unknown: sum.unknown + one.unknown,
      maintenance: sum.maintenance + one.maintenance,
    }),
    NOTHING,
  )
}

/** Half of a day down is a day down. */
function kindOf({ up, down, unknown, maintenance }: Spent): DayKind {
  if (down > 0) return down >= up ? 'down' : 'degraded'
  if (up > 0) return 'up'
  if (maintenance > 0) return 'maintenance'
  return unknown > 0 ? 'unknown' : 'none'
}
