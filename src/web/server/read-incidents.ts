import type { HistoryQuestion, IncidentAnswer, IncidentPage } from '../../history/record/history-question.ts'
import type { RecorderClient } from './recorder-client.ts'

/** Pages that are read for one list: each takes the recorder some time. */
const MAX_PAGES = 10

type Wanted = Pick<Extract<HistoryQuestion, { type: 'incidents' }>, 'filter' | 'from' | 'to' | 'limit'>

/**
 * The latest incidents of a time of which `isWanted` is true, at most `limit`: page after page, since one may have few of them, or none.
 * Null: the history does not know the URL. Rejects with a RecorderError.
 */
export async function readIncidents(
  recorder: Pick<RecorderClient, 'ask'>,
  { filter, from, to, limit }: Wanted,
  isWanted: (incident: IncidentAnswer) => boolean = () => true,
): Promise<readonly IncidentAnswer[] | null> {
  const wanted: IncidentAnswer[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < MAX_PAGES && wanted.length < limit; pages++) {
    const page: IncidentPage | null = await recorder.ask({
      type: 'incidents',
      filter,
      from,
      to,
      limit,
      cursor,
    })
    if (page === null) return null
    wanted.push(...page.incidents.filter(isWanted))
    cursor = page.next
    if (cursor === null) break
  }
  return wanted.slice(0, limit)
}
