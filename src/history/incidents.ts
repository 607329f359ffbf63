import { HISTORY_VERDICTS } from './poll-batch.ts'
import type { HistoryVerdict } from './poll-batch.ts'
import type { ReasonCodes } from './reason-codes.ts'
import type { MaintenanceReader } from './maintenance-reader.ts'
import type { Database, Statement } from '../sqlite/database.ts'
import type { UrlStates } from './url-states.ts'

/** Why a URL was not up: from `at` on, until the next of the incident. */
export interface IncidentReason {
  /** A name of REASONS, or of a headcount that had others. */
  readonly reason: string
  /** Of the answer; 0 for none. */
  readonly status: number
  /** In ms since the epoch. */
  readonly at: number
  /** Polls that said so. */
  readonly polls: number
  /** What was seen at the first of them. It may hold text of the server: escape it. */
  readonly seen: string
}

/** A time in which a URL was not up. */
export interface Incident {
  readonly id: number
  readonly url: number
  readonly verdict: Exclude<HistoryVerdict, 'up'>
  /** In ms since the epoch. */
  readonly begin: number
  /** Null while it goes on. */
  readonly end: number | null
  /** It began in a maintenance window. */
  readonly maintenance: boolean
  readonly reasons: readonly IncidentReason[]
}

/** Which incidents: those that touch a time, in ms since the epoch. */
export interface IncidentQuery {
  /** Of these URLs; all if absent. */
  readonly ids?: ReadonlySet<number> | readonly number[]
  readonly from: number
  readonly to: number
  /** Most of them to return. */
  readonly limit: number
  /** `next` of the page before. */
  readonly cursor?: string | null
}

/** Incidents, the latest first. */
export interface IncidentPage {
  readonly incidents: readonly Incident[]
  /** Where the next page begins; null if there is none. */
  readonly next: string | null
}

/** Reads incidents. */
export class IncidentReader {
  readonly #codes: ReasonCodes
  readonly #states: UrlStates
  readonly #maintenance: MaintenanceReader
  readonly #ofUrl: Statement
  readonly #begun: Statement
  readonly #begunBefore: Statement
  readonly #oldest: Statement
  readonly #reasons: Statement

  constructor(db: Database, codes: ReasonCodes, states: UrlStates, maintenance: MaintenanceReader) {
    this.#codes = codes
    this.#states = states
    this.#maintenance = maintenance
    const select = 'SELECT id, url, verdict, begin, "end" FROM incidents WHERE'
    const latest = 'ORDER BY begin DESC, id DESC'
    const page = 'begin < ?1 AND (begin, id) < (?3, ?4)'
    const touches = `${page} AND ("end" IS NULL OR "end" > ?2)`
    this.#ofUrl = db.prepare(
      `${select} ${touches} AND url = ?5 AND begin >= ${lastBefore('?5', '?2')} ${latest}`,
    )
    this.#begun = db.prepare(`${select} ${touches} AND begin >= ?2 ${latest}`)
    // A plus keeps SQLite from the index of begins, by which it would look at all that have ended before.
    const before = '+begin < min(?1, ?2) AND (+begin, id) < (?3, ?4)'
    this.#begunBefore = db.prepare(`SELECT * FROM (${select} "end" > ?2 AND ${before}
      UNION ALL ${select} "end" IS NULL AND ${before}) ORDER BY +begin DESC, +id DESC`)
    this.#oldest = db.prepare('SELECT min(begin) AS begin FROM incidents')
    this.#reasons = db.prepare(
      'SELECT number, at, reason, status, polls, seen FROM incident_reasons WHERE incident = ? ORDER BY number',
    )
  }

  /** Throws a RangeError for a cursor that no page gave. */
  read({ ids, from, to, limit, cursor }: IncidentQuery): IncidentPage {
    const wanted = ids === undefined ? null : new Set(ids)
    const before =
      cursor === undefined || cursor === null ? [Number.MAX_SAFE_INTEGER, 0] : parseCursor(cursor)
    const [begin = 0, id = 0] = before
    const [only] = wanted?.size === 1 ? wanted : []
    const rows =
      only === undefined ? this.#ofAll(to, from, begin, id) : this.#ofUrl.iterate(to, from, begin, id, only)
    const found: Incident[] = []
    for (const row of rows) {
      if (wanted !== null && !wanted.has(Number(row['url']))) continue
      if (found.length === limit) {
        const last = found.at(-1)
        return { incidents: found, next: last === undefined ? null : cursorAfter(last) }
      }
      found.push(this.#incident(row))
    }
    return { incidents: found, next: null }
  }

  /** Those that began before `from` are looked for last, and only if there may be any: for them, all that have ended since are looked at. */
  *#ofAll(to: number, from: number, begin: number, id: number): Generator<Record<string, unknown>> {
    yield* this.#begun.iterate(to, from, begin, id)
    if (Number(this.#oldest.get()?.['begin'] ?? from) < from)
      yield* this.#begunBefore.iterate(to, from, begin, id)
  }

  #incident(row: Record<string, unknown>): Incident {
    const [id, url] = [Number(row['id']), Number(row['url'])]
    const verdict = HISTORY_VERDICTS[Number(row['verdict'])] ?? 'unknown'
    const begin = Number(row['begin'])
    return {
      id,
      url,
      verdict: verdict === 'up' ? 'unknown' : verdict,
      begin,
      end: row['end'] === null ? null : Number(row['end']),
      maintenance: this.#maintenance.covers(url, begin),
      reasons: this.#reasons.all(id).map((reason) => this.#reason(reason, id, url)),
    }
  }

  /** The count of the last row is in memory while the incident goes on. */
  #reason(row: Record<string, unknown>, incident: number, url: number): IncidentReason {
    const isLast =
      this.#states.incidents[url] === incident && this.#states.reasonNumbers[url] === row['number']
    return {
      reason: this.#codes.nameOf(Number(row['reason'])),
      status: Number(row['status']),
      at: Number(row['at']),
      polls: isLast ? (this.#states.polls[url] as number) : Number(row['polls']),
      seen: String(row['seen']),
    }
  }
}

/** SQL: when the last incident of a URL began that began until a time. Those of a URL do not overlap, so an earlier one has ended by then. */
export function lastBefore(url: string, time: string): string {
  return `ifnull((SELECT max(begin) FROM incidents WHERE url = ${url} AND begin <= ${time}), 0)`
}

/** The cursor of the page that begins after an incident. */
export function cursorAfter({ begin, id }: Incident): string {
  return `${begin}-${id}`
}

function parseCursor(cursor: string): [number, number] {
  const [, begin, id] = /^(\d{1,16})-(\d{1,16})$/.exec(cursor) ?? []
  if (begin === undefined || id === undefined) throw new RangeError('cursor: not one that a page gave')
  return [Number(begin), Number(id)]
}
