import { pagedRows } from '../sqlite/database.ts'
import type { Database } from '../sqlite/database.ts'

const SQL = 'SELECT url, begin FROM url_spans WHERE url > ? AND "end" IS NULL ORDER BY url'

/** The URLs that were in the list when the history was last written, and since when, in ms since the epoch. */
export function* listedSpans(db: Database): Generator<readonly [url: number, begin: number]> {
  for (const row of pagedRows(db, SQL)) yield [Number(row[0]), Number(row[1])]
}
