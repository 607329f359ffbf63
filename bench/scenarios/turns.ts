import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../lib/bench.ts'
import { median } from '../lib/numbers.ts'
import type { ThreadSeconds } from '../lib/proc.ts'
import { untilPolled, watch } from '../lib/window.ts'
import type { Figures } from '../lib/window.ts'
import { blackbox } from '../contestants/blackbox.ts'
import type { Contestant } from '../contestants/contestant.ts'
import { go, POLLERS } from '../contestants/go.ts'
import { headcount } from '../contestants/headcount.ts'
import { fetchLoop, floor, undici } from '../contestants/peer.ts'
import { startSite } from './site.ts'
import type { Site, SiteOptions } from './site.ts'

/** More of its polls than this failed: its figures say little. */
const MOST_FAILED = 0.001

/** What one contestant did: the median of each figure. */
export interface Result extends Figures {
  readonly name: string
  /** DNS look-ups a poll; null without names. */
  readonly lookUpsPerPoll: number | null
  readonly failed: number
}

/** What a scenario gave. */
export interface Turns {
  readonly results: readonly Result[]
  /** Who did not take part, or what is wrong with a figure. */
  readonly notes: readonly string[]
}

/** Lets the contestants poll a site in turns, round after round, each time another one first. */
export async function takeTurns(name: string, options: SiteOptions, bench: Bench): Promise<Turns> {
  const site = await startSite(bench, options)
  try {
    const notes: string[] = []
    const contestants: Contestant[] = []
    for (const contestant of await listed(site, bench, notes)) {
      const why = contestant.unfit(site.work)
      if (why === null) contestants.push(contestant)
      else notes.push(`${contestant.name} is left out: it ${why}.`)
    }
    const rounds = new Map(contestants.map((contestant) => [contestant, [] as Result[]]))
    for (let round = 0; round < bench.rounds; round++) {
      for (const index of contestants.keys()) {
        const contestant = contestants[(index + round) % contestants.length] as Contestant
        const result = await turn(contestant, site, bench, notes)
        rounds.get(contestant)?.push(result)
        const { pollsPerCpuSecond, cores } = result
        const share = `${Math.round(cores * 100)} % of a core`
        bench.say(
          `${name} ${round + 1}/${bench.rounds} ${contestant.name}: ${Math.round(pollsPerCpuSecond)} polls a CPU-second, ${share}`,
        )
      }
    }
    return { results: [...rounds.values()].map(medians), notes: [...new Set(notes)] }
  } finally {
    await site.stop()
  }
}

/** Those that are there, and that were asked for. */
async function listed(site: Site, bench: Bench, notes: string[]): Promise<Contestant[]> {
  const wanted = (word: string) => bench.contestants?.includes(word) ?? true
  const list: Contestant[] = []
  if (wanted('headcount')) list.push(headcount())
  if (wanted('fetch')) list.push(fetchLoop)
  if (wanted('undici')) list.push(undici)
  if (wanted('go')) {
    if (bench.go === null) notes.push('The Go peer is left out: there is no go on the PATH.')
    else list.push(await bestGo(site, bench))
  }
  if (wanted('blackbox')) {
    if (bench.blackbox) list.push(blackbox)
    else notes.push('blackbox_exporter is left out: it is not installed.')
  }
  if (wanted('floor')) list.push(floor)
  return list
}

/** The Go peer with the number of pollers that is best for it here. */
async function bestGo(site: Site, bench: Bench): Promise<Contestant> {
  let best: { contestant: Contestant; polls: number } | null = null
  for (const pollers of POLLERS) {
    const contestant = go(pollers)
    const { pollsPerCpuSecond: polls } = await turn(
      contestant,
      site,
      { ...bench, seconds: bench.seconds / 2 },
      [],
    )
    if (best === null || polls > best.polls) best = { contestant, polls }
  }
  return (best as { contestant: Contestant }).contestant
}

async function turn(contestant: Contestant, site: Site, bench: Bench, notes: string[]): Promise<Result> {
  const before = await site.origin.count()
  const running = await contestant.start(site.work, bench)
  // Past the first poll of each URL what is learnt of it is there; nobody waits for that for ever.
  await untilPolled(site.origin, running.child, before, bench.short ? 1 : Math.min(site.work.urls, 10_000))
  await sleep(bench.warmUp * 1000)
  const lookUps = await site.dns?.count()
  const polls = await site.origin.count()
  const figures = await watch(site.origin, running.child, bench.seconds)
  const lookUpsPerPoll =
    lookUps === undefined || site.dns === null
      ? null
      : ((await site.dns.count()) - lookUps) / Math.max(1, (await site.origin.count()) - polls)
  const { failed, why } = await running.stop()
  if (failed > MOST_FAILED) {
    notes.push(
      `${(failed * 100).toFixed(1)} % of ${contestant.name}'s polls failed: ${why.trim().split('\n').at(-1)}`,
    )
  }
  return { ...figures, name: contestant.name, lookUpsPerPoll, failed }
}

function medians(rounds: readonly Result[]): Result {
  const [first] = rounds as [Result]
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
