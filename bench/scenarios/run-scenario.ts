import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestant } from '../contestants/contestant.ts'
import type { Bench } from '../lib/bench.ts'
import { median } from '../lib/numbers.ts'
import type { ThreadSeconds } from '../lib/proc.ts'
import { measure, settledCount, waitForPolls } from '../lib/measure.ts'
import type { Figures } from '../lib/measure.ts'
import type { Site } from './site.ts'

/** Share of failed polls above which the figures of an entry get a note. */
const MAX_FAILED_SHARE = 0.001

/** Share of failed polls at which a short run stops with an error. */
const ABORT_FAILED_SHARE = 0.5

/** A contestant and what it polls. */
export interface Entry {
  readonly name: string
  readonly contestant: Contestant
  readonly site: Site
  /** A factor for the warm-up: each thread compiles the code for itself. Default 1. */
  readonly warmUps?: number
}

/** The figures of an entry: the median of each over the rounds. */
export interface Result extends Figures {
  readonly name: string
  /** DNS look-ups per poll; null: the list has no names. */
  readonly lookUpsPerPoll: number | null
  /** Share of failed polls. */
  readonly failed: number
}

/** The results of a scenario. */
export interface ScenarioResult {
  readonly results: readonly Result[]
  /** Who was not measured, and which figures are unreliable. */
  readonly notes: readonly string[]
}

/** Measures entries in turns, round after round, each time with another one first. */
export async function runScenario(
  scenario: string,
  entries: readonly Entry[],
  bench: Bench,
): Promise<ScenarioResult> {
  const notes = new Set<string>()
  const rounds = entries.map((): Result[] => [])
  for (let round = 0; round < bench.rounds; round++) {
    for (const turn of entries.keys()) {
      const index = (turn + round) % entries.length
      const entry = entries[index] as Entry
      const result = await runEntry(entry, bench)
      rounds[index]?.push(result)
      if (result.failed > MAX_FAILED_SHARE) {
        notes.add(`${(result.failed * 100).toFixed(1)} % of the polls of ${entry.name} failed.`)
      }
      bench.log(
        `${scenario} ${round + 1}/${bench.rounds}, ${entry.name}: ${Math.round(result.pollsPerCpuSecond)} polls ` +
          `a CPU-second, ${Math.round(result.cores * 100)} % of a core`,
      )
    }
  }
  return { results: rounds.map(medians), notes: [...notes] }
}

/** Measures one entry in a process of its own. */
export async function runEntry(
  { name, contestant, site, warmUps = 1 }: Entry,
  bench: Bench,
): Promise<Result> {
  const before = await settledCount(site.origin)
  const running = await contestant.start(site.work, bench)
  // After the first poll of each URL the caches are filled. Long lists are not polled once through.
  await waitForPolls(site.origin, running.child, before, bench.short ? 1 : Math.min(site.work.urls, 10_000))
  await sleep(bench.warmUp * 1000 * warmUps)
  const [polls, lookUps] = [await site.origin.count(), await site.dns?.count()]
  const figures = await measure(site.origin, running.child, bench.seconds)
  const lookUpsPerPoll =
    lookUps === undefined || site.dns === null
      ? null
      : ((await site.dns.count()) - lookUps) / Math.max(1, (await site.origin.count()) - polls)
  const { failed, why } = await running.stop()
  if (failed > MAX_FAILED_SHARE) bench.log(`${name}: ${why.trim()}`)
  if (bench.short && failed > ABORT_FAILED_SHARE) throw new Error(`all polls of ${name} fail: ${why.trim()}`)
  return { ...figures, name, lookUpsPerPoll, failed }
}

function medians(rounds: readonly Result[]): Result {
  const [first] = rounds as readonly [Result]
  const of = (figure: (result: Result) => number) => median(rounds.map(figure))
  const thread = (role: keyof ThreadSeconds) =>
    of(({ threadUsPerPoll }) => threadUsPerPoll?.[role] ?? Number.NaN)
  return {
    name: first.name,
    pollsPerCpuSecond: of((result) => result.pollsPerCpuSecond),
    pollsPerSecond: of((result) => result.pollsPerSecond),
    cpuUsPerPoll: of((result) => result.cpuUsPerPoll),
    cores: of((result) => result.cores),
    peakMb: of((result) => result.peakMb),
    threadUsPerPoll: first.threadUsPerPoll && {
      main: thread('main'),
      monitor: thread('monitor'),
      pollers: thread('pollers'),
      helpers: thread('helpers'),
    },
    lookUpsPerPoll:
      first.lookUpsPerPoll === null ? null : of((result) => result.lookUpsPerPoll ?? Number.NaN),
    failed: of((result) => result.failed),
  }
}
