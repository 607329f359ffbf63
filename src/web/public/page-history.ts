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

const NOTHING: Spent = { up: 0, down: 0, unknown: 0 }

/** The days of several URLs together, and their uptime over the whole time: up ÷ (up + down); null without either. */
export function daysOf(
  history: PageHistory,
  urls: readonly string[],
): { readonly kinds: readonly DayKind[]; readonly uptime: number | null } {
  const known = urls.flatMap((url) => history.urls.get(url) ?? [])
  const kinds = history.days.map((_, day) => kindOf(sumOf(known.map(({ days }) => days[day] ?? NOTHING))))
  const { up, down } = sumOf(known.map(({ all }) => all))
  return { kinds, uptime: up + down === 0 ? null : up / (up + down) }
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
