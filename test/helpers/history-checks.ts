import { DURATION_ERROR } from '../../src/history/duration-code.ts'
import type { History } from '../../src/history/history.ts'
import { HISTORY_VERDICTS } from '../../src/history/poll-batch.ts'
import { incidentsByModel, sumsByModel, uptimeByModel } from './history-model.ts'
import type { RawPoll, Recorded } from './history-model.ts'

/** Throws an Error if a history says something else of a URL than the model, between two times. */
export function checkUrl(history: History, id: number, recorded: Recorded, from: number, to: number): void {
  const { polls } = recorded
  checkUptime(history, id, recorded, from, to)
  for (const step of [300_000, 3_600_000, 86_400_000]) checkSums(history, polls, id, step)
  checkIncidents(history, recorded, id)
  const latest = history.polls(id, 20).map(({ at, verdict }) => [at, HISTORY_VERDICTS.indexOf(verdict)])
  const raw = polls.filter(({ verdict }) => verdict !== null).map(({ at, verdict }) => [at, verdict])
  const wanted = raw.toReversed().slice(0, 20)
  assertSame(latest, wanted.slice(0, latest.length), `polls of ${id}`)
  // A URL that is polled seldom: what is older than a day is not looked for.
  const next = wanted[latest.length]?.at(0)
  const newest = wanted[0]?.at(0)
  if (typeof next === 'number' && typeof newest === 'number' && next > newest - 86_400_000)
    throw new Error(`polls of ${id}: that at ${next} is missing`)
}

function checkUptime(history: History, id: number, recorded: Recorded, from: number, to: number): void {
  const uptime = history.uptime(id, from, to)
  const { upSeconds, downSeconds, unknownSeconds, maintenanceSeconds, notWatchedSeconds } = uptime
  const seconds = [upSeconds, downSeconds, unknownSeconds, maintenanceSeconds, notWatchedSeconds]
  const wanted = uptimeByModel(recorded, from, to)
  const { up, down } = wanted
  const text = (values: readonly number[]) => values.map((value) => value.toFixed(3))
  assertSame(text(seconds), text(Object.values(wanted)), `uptime of ${id}`)
  assertSame(
    uptime.ratio?.toFixed(9) ?? null,
    up + down === 0 ? null : (up / (up + down)).toFixed(9),
    `ratio of ${id}`,
  )
}

function checkIncidents(history: History, recorded: Recorded, id: number): void {
  const { incidents } = history.incidents({ ids: [id], from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1e6 })
  const shown = incidents.toReversed().map(({ verdict, begin, end, maintenance, reasons }) => ({
    verdict: HISTORY_VERDICTS.indexOf(verdict),
    begin,
    end,
    maintenance,
    reasons: reasons.map(({ reason, polls: count }) => [reason, count]),
  }))
  assertSame(shown, incidentsByModel(recorded), `incidents of ${id}`)
}

function checkSums(history: History, polls: readonly RawPoll[], id: number, step: number): void {
  const first = polls[0]?.at ?? 0
  const { buckets } = history.series(id, first - (first % 86_400_000), (polls.at(-1)?.at ?? 0) + 1, step)
  const wanted = sumsByModel(polls, step)
  const counts = buckets.map(({ at, up, down, unknown, maintenance }) => ({
    at,
    counts: [up, down, unknown, maintenance],
  }))
  assertSame(
    counts,
    wanted.map((bucket) => ({ at: bucket.at, counts: bucket.counts })),
    `sums of ${id}`,
  )
  for (const [index, { durations }] of wanted.entries()) {
    const bucket = buckets[index]
    if (bucket === undefined) continue
    const mean = durations.reduce((sum, ms) => sum + ms, 0) / durations.length
    const rank = (share: number) => durations[Math.max(0, Math.ceil(share * durations.length) - 1)]
    assertNear(bucket.min, durations[0], 'min')
    assertNear(bucket.max, durations.at(-1), 'max')
    assertNear(bucket.mean, durations.length === 0 ? undefined : mean, 'mean')
    assertNear(bucket.p50, rank(0.5), 'p50')
    assertNear(bucket.p95, rank(0.95), 'p95')
  }
}

function assertSame(actual: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`${what}: ${a}, and the model says ${b}`)
}

/** Sums are given with four digits: together with DURATION_ERROR the 3.5 % that the documentation promises. */
const ROUNDING = 5e-4

function assertNear(actual: number | null, wanted: number | undefined, what: string): void {
  if (actual === null || wanted === undefined) return assertSame(actual, wanted ?? null, what)
  if (Math.abs(actual / wanted - 1) > DURATION_ERROR + ROUNDING)
    throw new Error(`${what}: ${actual}, and the model says ${wanted}`)
}
