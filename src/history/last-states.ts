import { listedSpans } from './listed-spans.ts'
import { DOWN, HISTORY_VERDICTS } from './poll-batch.ts'
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
  const methodOf = methods.all()
  for (const [id, begin] of listedSpans(db)) {
    const code = (states.verdicts[id] ?? NO_VERDICT) - 1
    const verdict = HISTORY_VERDICTS[code]
    if (verdict === undefined) continue
    const incident = states.incidents[id] as number
    const poll = { lastAt: states.lastAt[id] as number, method: methodOf.get(id) ?? 'HEAD' }
    if (incident === 0) {
      const since = Math.max(begin, ended.get(id) ?? 0)
      visit({ id, verdict, since, reason: '', status: 0, reasonSince: since, errCount: 0, ...poll })
      continue
    }
    const row = open.get(incident, states.reasonNumbers[id] as number)
    const polls = Number(row?.['polls']) + (states.polls[id] as number)
    visit({
      id,
      verdict,
      since: Number(row?.['begin']),
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
