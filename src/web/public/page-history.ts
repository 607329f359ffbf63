import { MOSTLY_WATCHED } from '../../resource/mostly-watched.ts'

/** Seconds in which a URL was what, in a time. */
export interface Spent {
  readonly up: number
  readonly down: number
  readonly unknown: number
}

/** What is shown of a day. `none`: nobody watched. */
export type DayKind = 'up' | 'degraded' | 'down' | 'unknown' | 'none'

/** A time in which a URL was down. In ms since the epoch. */
export interface PastIncident {
  readonly url: string
  readonly begin: number
  /** Null while it goes on. */
  readonly end: number | null
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

const NOTHING: Spent = { up: 0, down: 0, unknown: 0 }

/** What is shown of several URLs together. */
export interface Past {
  readonly kinds: readonly DayKind[]
  /** Over the whole time: up ÷ (up + down); null without either. */
  readonly uptime: number | null
  /** How long a URL was watched, on average, if that is much less than the whole time, in ms; else null. */
  readonly watchedMs: number | null
}

/** The days of several URLs together, and their uptime. */
export function daysOf(history: PageHistory, urls: readonly string[]): Past {
  const known = urls.flatMap((url) => history.urls.get(url) ?? [])
  const kinds = history.days.map((_, day) => kindOf(sumOf(known.map(({ days }) => days[day] ?? NOTHING))))
  const { up, down, unknown } = sumOf(known.map(({ all }) => all))
  const watchedMs = (1_000 * (up + down + unknown)) / Math.max(1, known.length)
  return {
    kinds,
    uptime: up + down === 0 ? null : up / (up + down),
    watchedMs: watchedMs < MOSTLY_WATCHED * history.days.length * DAY_MS ? watchedMs : null,
  }
}

function sumOf(list: readonly Spent[]): Spent {
  return list.reduce(
    (sum, one) => ({ up: sum.up + one.up, down: sum.down + one.down, unknown: sum.unknown + one.unknown }),
    NOTHING,
  )
}

/** Half of a day down is a day down. */
function kindOf({ up, down, unknown }: Spent): DayKind {
  if (down > 0) return down >= up ? 'down' : 'degraded'
  if (up > 0) return 'up'
  return unknown > 0 ? 'unknown' : 'none'
}
