import { HISTORY_VERDICTS } from '../../src/history/poll-batch.ts'
import type { HistoryVerdict } from '../../src/history/poll-batch.ts'
import type { Span } from '../../src/history/spans.ts'

/** A poll as a person would write it down. A poll that leaves the list has no verdict. */
export interface RawPoll {
  readonly url: number
  readonly at: number
  /** A code of HISTORY_VERDICTS; null: the URL left the list. */
  readonly verdict: number | null
  readonly reason: string
  readonly ms: number
}

/** What was recorded of one URL. */
export interface Recorded {
  readonly polls: readonly RawPoll[]
  readonly watched: readonly Span[]
  /** When it was in maintenance. */
  readonly maintenance: readonly Span[]
}

const isIn = (at: number, spans: readonly Span[]): boolean =>
  spans.some(({ begin, end }) => begin <= at && at < end)

/** Seconds of each verdict of a URL, and of none, between two times: a URL is what its last poll said, wherever headcount ran. */
export function uptimeByModel(
  { polls, watched, maintenance }: Recorded,
  from: number,
  to: number,
): Record<HistoryVerdict | 'notWatched', number> {
  const times = [...watched, ...maintenance].flatMap(({ begin, end }) => [begin, end])
  const edges = [from, to, ...polls.map(({ at }) => at), ...times]
  const cuts = edges.filter((at) => at >= from && at <= to).toSorted((a, b) => a - b)
  const seconds = { up: 0, down: 0, unknown: 0, maintenance: 0, notWatched: 0 }
  for (const [index, at] of cuts.slice(0, -1).entries()) {
    const verdict = polls.findLast((poll) => poll.at <= at)?.verdict ?? null
    const found =
      verdict === null || !isIn(at, watched) ? 'notWatched' : (HISTORY_VERDICTS[verdict] ?? 'notWatched')
    const name = found !== 'notWatched' && isIn(at, maintenance) ? 'maintenance' : found
    seconds[name] += ((cuts[index + 1] as number) - at) / 1000
  }
  return seconds
}

/** Polls of a URL by verdict, in each bucket, with the durations of those that were up, in order. */
export function sumsByModel(polls: readonly RawPoll[], step: number) {
  const real = polls.filter(({ verdict }) => verdict !== null)
  const buckets = Map.groupBy(real, ({ at }) => at - (at % step))
  return [...buckets].map(([at, inIt]) => ({
    at,
    counts: HISTORY_VERDICTS.map((_, verdict) => inIt.filter((poll) => poll.verdict === verdict).length),
    durations: inIt
      .filter(({ verdict }) => verdict === 0)
      .map(({ ms }) => ms)
      .toSorted((a, b) => a - b),
  }))
}

/** Incidents of a URL: polls in a row with the same verdict, not up. */
export function incidentsByModel({ polls, maintenance }: Pick<Recorded, 'polls' | 'maintenance'>) {
  const incidents: {
    verdict: number
    begin: number
    end: number | null
    maintenance: boolean
    reasons: [string, number][]
  }[] = []
  let last: number | null = null
  for (const { at, verdict, reason } of polls) {
    const open = incidents.at(-1)
    if (verdict !== last && open?.end === null) open.end = at
    if (verdict !== last && verdict !== null && verdict !== 0)
      incidents.push({
        verdict,
        begin: at,
        end: null,
        maintenance: isIn(at, maintenance),
        reasons: [[reason, 1]],
      })
    else if (verdict !== null && verdict !== 0) {
      const row = incidents.at(-1)?.reasons.at(-1)
      if (row?.[0] === reason) row[1]++
      else incidents.at(-1)?.reasons.push([reason, 1])
    }
    last = verdict
  }
  return incidents
}
