import { lastBefore } from './incidents.ts'
import { DOWN, MAINTENANCE, UNKNOWN } from './poll-batch.ts'
import type { Database, Statement } from '../sqlite/database.ts'
import type { MaintenanceReader } from './maintenance-reader.ts'
import { duration, intersect, spanOf, without } from './spans.ts'
import type { Span } from './spans.ts'
import type { WatchedSpans } from './watched-spans.ts'

/** How long a URL was what, in seconds. Together they are the time that was asked for. */
export interface Uptime {
  readonly upSeconds: number
  readonly downSeconds: number
  readonly unknownSeconds: number
  /** In a maintenance window, whatever polls found. */
  readonly maintenanceSeconds: number
  /** headcount did not run, or the URL was not in the list. */
  readonly notWatchedSeconds: number
  /** up ÷ (up + down), from 0 to 1; null if it was neither. */
  readonly ratio: number | null
}

/** Works out uptime from incidents, from when a URL was in the list and in maintenance, and from when headcount ran. Exact to the millisecond. */
export class UptimeReader {
  readonly #watched: WatchedSpans
  readonly #maintenance: MaintenanceReader
  readonly #spans: Statement
  readonly #incidents: Statement

  constructor(db: Database, watched: WatchedSpans, maintenance: MaintenanceReader) {
    this.#watched = watched
    this.#maintenance = maintenance
    this.#spans = db.prepare(`SELECT begin, ifnull("end", ?3) AS end FROM url_spans
      WHERE url = ?1 AND begin < ?3 AND ifnull("end", ?3) > ?2 ORDER BY begin`)
    this.#incidents = db.prepare(`SELECT verdict, begin, ifnull("end", ?3) AS end FROM incidents
      WHERE url = ?1 AND begin < ?3 AND ifnull("end", ?3) > ?2 AND begin >= ${lastBefore('?1', '?2')} ORDER BY begin`)
  }

  /** Of a URL, between two times in ms since the epoch. */
  read(url: number, from: number, to: number): Uptime {
    const listed = this.#spans.all(url, from, to).map(spanOf)
    const watched = intersect(listed, this.#watched.overlapping({ begin: from, end: to }))
    const counted = without(watched, this.#maintenance.read(url, from, to))
    const total = duration(watched)
    const notUp = new Map<number, Span[]>([DOWN, UNKNOWN, MAINTENANCE].map((verdict) => [verdict, []]))
    for (const row of this.#incidents.all(url, from, to)) notUp.get(Number(row['verdict']))?.push(spanOf(row))
    const [down = 0, unknown = 0, known = 0] = [...notUp.values()].map((spans) =>
      duration(intersect(spans, counted)),
    )
    const maintenance = total - duration(counted) + known
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
