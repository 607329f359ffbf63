import { OPEN_END } from '../maintenance-book.ts'
import { urlsOf } from '../maintenance-urls.ts'
import { DOWN, MAINTENANCE, UNKNOWN } from '../poll-batch.ts'
import type { ReadHistory } from '../open-to-read.ts'
import { incidentRows } from './incident-rows.ts'
import { pollRows } from './poll-rows.ts'
import { sumsRows } from './sums-rows.ts'
import { blobOf } from '../../sqlite/database.ts'
import { timeText } from './time-text.ts'

/** The version of the lines, which `import` checks. */
export const LINES_VERSION = 2

/** All of a history as JSON, a line for each thing, without its end; the last one tells how many came before. `import` makes the same history. */
export function* exportLines(read: ReadHistory): Generator<string> {
  let lines = 0
  for (const line of records(read)) {
    lines++
    yield JSON.stringify(line)
  }
  yield JSON.stringify({ type: 'end', lines })
}

function* records(read: ReadHistory): Generator<Record<string, unknown>> {
  const { db, session } = read
  yield { type: 'headcount-history', version: LINES_VERSION, durations: 'step n begins at 0.1 ms × 1.07^n' }
  for (const { id, key, name, labels } of session.urls.all())
    yield { type: 'url', url: id, key, name, labels }
  for (const { url, begin, end } of db.prepare('SELECT url, begin, "end" AS end FROM url_spans').iterate())
    yield {
      type: 'listed',
      url,
      begin: timeText(Number(begin)),
      end: timeText(end === null ? null : Number(end)),
    }
  for (const { begin, end } of db.prepare('SELECT begin, "end" AS end FROM watched ORDER BY begin').iterate())
    yield { type: 'watched', begin: timeText(Number(begin)), end: timeText(Number(end)) }
  yield* maintained(read)
  yield* incidents(read)
  for (const table of session.tables.sums)
    for (const { url, at, sums } of sumsRows(session, table)) {
      const [down, unknown, maintenance] = [DOWN, UNKNOWN, MAINTENANCE].map((verdict) => sums.polls(verdict))
      const others = { down, unknown, maintenance }
      yield {
        type: 'sums',
        seconds: table.ms / 1000,
        at: timeText(at),
        url,
        ...others,
        up: [...sums.steps()],
      }
    }
  for (const { at, ...poll } of pollRows(session)) yield { type: 'poll', at: timeText(at), ...poll }
}

/** URLs that were in maintenance at the same time are told together. */
function* maintained({ db }: ReadHistory): Generator<Record<string, unknown>> {
  const rows = db.prepare('SELECT block, begin, "end" AS end, urls FROM maintenance ORDER BY begin, block')
  for (const row of rows.iterate()) {
    const [begin, end] = [Number(row['begin']), Number(row['end'])]
    yield {
      type: 'maintenance',
      begin: timeText(begin),
      end: timeText(end === OPEN_END ? null : end),
      urls: [...urlsOf(blobOf(row, 'urls'), Number(row['block']))],
    }
  }
}

function* incidents({ session }: ReadHistory): Generator<Record<string, unknown>> {
  for (const { url, verdict, begin, end, reasons } of incidentRows(session, 0, Number.MAX_SAFE_INTEGER))
    yield {
      type: 'incident',
      url,
      verdict,
      begin: timeText(begin),
      end: timeText(end),
      reasons: reasons.map(({ at, reason, status, polls, seen }) => ({
        at: timeText(at),
        reason,
        status,
        polls,
        seen,
      })),
    }
}
