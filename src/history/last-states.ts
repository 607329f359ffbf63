import { lastBefore } from './incidents.ts'
import { listedSpans } from './listed-spans.ts'
import { DOWN, HISTORY_VERDICTS, UP } from './poll-batch.ts'
import type { HistoryVerdict } from './poll-batch.ts'
import type { ReasonCodes } from './reason-codes.ts'
import type { Database } from '../sqlite/database.ts'
import type { UrlMethods } from './url-methods.ts'
import type { UrlStates } from './url-states.ts'
import { NO_VERDICT } from './url-states.ts'

/** What was last known of a URL, for a headcount that starts again. */
export interface LastState {
  readonly id: number
  readonly verdict: HistoryVerdict
  /** The last verdict that says something of the URL, up or down; null: it never had one. */
  readonly settled: 'up' | 'down' | null
  /** Since when it has this verdict, in ms since the epoch. */
  readonly since: number
  /** A name of REASONS; '' for a URL that was up. */
  readonly reason: string
  readonly status: number
  /** Since when it has this reason and status; for a URL that was up, as `since`. */
  readonly reasonSince: number
  /** Consecutive polls that were down; 0 for another verdict. */
  readonly errCount: number
  /** When its last poll ended, as far as that is kept: not before. */
  readonly lastAt: number
  /** The method of its last poll. */
  readonly method: string
}

/** Changes between `unknown` and maintenance that are followed back to the verdict before them. */
const MAX_STEPS = 100

/** Calls `visit` with each URL that was in the list when the history was last written. */
export function visitLastStates(
  db: Database,
  states: UrlStates,
  codes: ReasonCodes,
  methods: UrlMethods,
  visit: (state: LastState) => void,
): void {
  // The polls of the last row are counted in memory while the incident goes on.
  const open =
    db.prepare(`SELECT i.begin, sum(iif(r.number < ?2, r.polls, 0)) AS polls, max(r.at) AS at FROM incidents i
    JOIN incident_reasons r ON r.incident = i.id WHERE i.id = ?1`)
  const ended = endsOf(db)
  const settledOf = settledReader(db)
  const methodOf = methods.all()
  for (const [id, begin] of listedSpans(db)) {
    const code = (states.verdicts[id] ?? NO_VERDICT) - 1
    const verdict = HISTORY_VERDICTS[code]
    if (verdict === undefined) continue
    const incident = states.incidents[id] as number
    const poll = { lastAt: states.lastAt[id] as number, method: methodOf.get(id) ?? 'HEAD' }
    if (incident === 0) {
      const since = Math.max(begin, ended.get(id) ?? 0)
      visit({
        id,
        verdict,
        settled: 'up',
        since,
        reason: '',
        status: 0,
        reasonSince: since,
        errCount: 0,
        ...poll,
      })
      continue
    }
    const row = open.get(incident, states.reasonNumbers[id] as number)
    const polls = Number(row?.['polls']) + (states.polls[id] as number)
    const since = Number(row?.['begin'])
    visit({
      id,
      verdict,
      settled: settledOf(id, code, since, begin),
      since,
      reason: codes.nameOf(states.reasons[id] as number),
      status: states.statuses[id] as number,
      reasonSince: Number(row?.['at']),
      errCount: code === DOWN ? polls : 0,
      ...poll,
    })
  }
}

/** When the last incident of each URL ended, in one pass: a query for each of a million URLs would take seconds. */
function endsOf(db: Database): Map<number, number> {
  const ends = new Map<number, number>()
  const rows = db.prepare('SELECT url, max("end") AS end FROM incidents WHERE "end" IS NOT NULL GROUP BY url')
  for (const { url, end } of rows.iterate()) ends.set(Number(url), Number(end))
  return ends
}

/**
 * Finds the last verdict that was up or down: of a URL with this code since `since`, listed since `listed`. Without an incident that ends where
 * another begins, the URL was up in between.
 */
function settledReader(db: Database) {
  // A plus keeps SQLite from the index of ends, by which it would look at those of all URLs that ended at that moment.
  const before =
    db.prepare(`SELECT verdict, begin FROM incidents WHERE url = ?1 AND begin <= ?2 AND +"end" = ?2
    AND begin >= ${lastBefore('?1', '?2 - 1')} ORDER BY begin LIMIT 1`)
  return (url: number, code: number, since: number, listed: number): 'up' | 'down' | null => {
    let [verdict, begin] = [code, since]
    for (let steps = 0; steps < MAX_STEPS && verdict !== DOWN && verdict !== UP; steps++) {
      if (begin <= listed) return null
      const row = before.get(url, begin)
      verdict = row === undefined ? UP : Number(row['verdict'])
      begin = Number(row?.['begin'])
    }
    return verdict === DOWN ? 'down' : verdict === UP ? 'up' : null
  }
}
