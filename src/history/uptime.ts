import { DOWN, MAINTENANCE, UNKNOWN } from './poll-batch.ts'
import type { Database, Statement } from '../sqlite/database.ts'
import type { Span, WatchedSpans } from './watched-spans.ts'

/** How long a URL was what, in seconds. Together they are the time that was asked for. */
export interface Uptime {
  readonly upSeconds: number
  readonly downSeconds: number
  readonly unknownSeconds: number
  readonly maintenanceSeconds: number
  /** headcount did not run, or the URL was not in the list. */
  readonly notWatchedSeconds: number
  /** up ÷ (up + down), from 0 to 1; null if it was neither. */
  readonly ratio: number | null
}

/** Works out uptime from incidents, from when a URL was in the list, and from when headcount ran. Exact to the millisecond. */
export class UptimeReader {
  readonly #watched: WatchedSpans
  readonly #spans: Statement
  readonly #incidents: Statement

  constructor(db: Database, watched: WatchedSpans) {
    this.#watched = watched
    this.#spans = db.prepare(`SELECT begin, ifnull("end", ?3) AS end FROM url_spans
      WHERE url = ?1 AND begin < ?3 AND ifnull("end", ?3) > ?2 ORDER BY begin`)
    this.#incidents = db.prepare(`SELECT verdict, begin, ifnull("end", ?3) AS end FROM incidents
      WHERE url = ?1 AND begin < ?3 AND ifnull("end", ?3) > ?2 ORDER BY begin`)
  }

  /** Of a URL, between two times in ms since the epoch. */
  read(url: number, from: number, to: number): Uptime {
    const listed = this.#spans.all(url, from, to).map(spanOf)
    const watched = intersect(listed, this.#watched.overlapping({ begin: from, end: to }))
    const total = duration(watched)
    const notUp = new Map<number, Span[]>([DOWN, UNKNOWN, MAINTENANCE].map((verdict) => [verdict, []]))
    for (const row of this.#incidents.all(url, from, to)) notUp.get(Number(row['verdict']))?.push(spanOf(row))
    const [down = 0, unknown = 0, maintenance = 0] = [...notUp.values()].map((spans) =>
      duration(intersect(spans, watched)),
    )
    const up = total - down - unknown - maintenance
    return {
      upSeconds: up / 1000,
      downSeconds: down / 1000,
      unknownSeconds: unknown / 1000,
      maintenanceSeconds: maintenance / 1000,
      notWatchedSeconds: Math.max(0, to - from - total) / 1000,
      ratio: uptimeRatio(up, down),
    }
  }
}

/** up ÷ (up + down); null if both are 0. */
export function uptimeRatio(up: number, down: number): number | null {
  return up + down === 0 ? null : up / (up + down)
}

function spanOf(row: Record<string, unknown>): Span {
  return { begin: Number(row['begin']), end: Number(row['end']) }
}

function duration(spans: readonly Span[]): number {
  return spans.reduce((sum, { begin, end }) => sum + end - begin, 0)
}

/** The time that is in a span of each list. Both are in order, without overlaps. */
function intersect(some: readonly Span[], others: readonly Span[]): Span[] {
  const both: Span[] = []
  let at = 0
  for (const { begin, end } of some) {
    while (at < others.length && (others[at] as Span).end <= begin) at++
    for (let index = at; index < others.length && (others[index] as Span).begin < end; index++) {
      const other = others[index] as Span
      const span = { begin: Math.max(begin, other.begin), end: Math.min(end, other.end) }
      if (span.begin < span.end) both.push(span)
    }
  }
  return both
}
