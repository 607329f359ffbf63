import type { Database } from '../sqlite/database.ts'
import { listedSpans } from './listed-spans.ts'
import type { UrlStates } from './url-states.ts'

/** Reads what the file says of each URL. Those of the list are up, unless there is an incident. */
export function readStates(db: Database, states: UrlStates): void {
  for (const [url, begin] of listedSpans(db)) {
    states.verdicts[url] = 1
    states.lastAt[url] = begin
  }
  const open = db.prepare(`SELECT i.id, i.url, i.verdict, r.number, r.at, r.reason, r.status, r.polls
    FROM incidents i JOIN incident_reasons r ON r.incident = i.id WHERE i."end" IS NULL ORDER BY i.id, r.number`)
  for (const row of open.iterate()) {
    const url = Number(row['url'])
    states.verdicts[url] = Number(row['verdict']) + 1
    states.lastAt[url] = Number(row['at'])
    states.reasons[url] = Number(row['reason'])
    states.statuses[url] = Number(row['status'])
    states.incidents[url] = Number(row['id'])
    states.reasonNumbers[url] = Number(row['number'])
    states.polls[url] = Number(row['polls'])
  }
}

/** Until which flush the polls of each incident that goes on are counted, by URL. */
export function countedUntil(db: Database): Map<number, number> {
  const rows =
    db.prepare(`SELECT i.url, max(r.seq) AS seq FROM incidents i JOIN incident_reasons r ON r.incident = i.id
    WHERE i."end" IS NULL GROUP BY i.url`)
  return new Map(rows.all().map(({ url, seq }) => [Number(url), Number(seq)]))
}
