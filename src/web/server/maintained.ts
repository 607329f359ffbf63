import { withFields } from '../../print/text/json.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import { RecorderError } from './recorder-client.ts'
import type { RecorderClient } from './recorder-client.ts'

/** Lists wait for the recorder this long, in ms: it is at work for some tenths of a second at a time. */
const PATIENCE_MS = 500

/** The first field of this name is that of the URL: none before it has text of others. */
const URL_FIELD = /"url":("(?:[^"\\]|\\.)*")/

/** Those of the URLs that are in maintenance now; none while the recorder cannot tell in time. Rejects only for a bug. */
export async function maintainedUrls(
  recorder: Pick<RecorderClient, 'ask'>,
  urls: readonly string[],
): Promise<ReadonlySet<string>> {
  let known: ReadonlySet<string> = new Set()
  const asking = recorder.ask({ type: 'maintenance', urls }).then(
    (answer) => {
      known = new Set(answer.urls)
    },
    (error: unknown) => {
      if (!(error instanceof RecorderError)) throw error
    },
  )
  await withTimeout(asking, PATIENCE_MS)
  return known
}

/** Rows of URLs in JSON, with `maintenance` in those that are in maintenance now. */
export async function withMaintenance(
  recorder: Pick<RecorderClient, 'ask'>,
  rows: readonly string[],
): Promise<readonly string[]> {
  const urls = rows.map((row) => JSON.parse(URL_FIELD.exec(row)?.[1] ?? '""') as string)
  const maintained = await maintainedUrls(recorder, urls)
  if (maintained.size === 0) return rows
  return rows.map((row, n) =>
    maintained.has(urls[n] as string) ? withFields(row, { maintenance: true }) : row,
  )
}
