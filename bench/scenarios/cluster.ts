import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHeadcount } from '../contestants/headcount.ts'
import type { Bench } from '../lib/bench.ts'
import { Child } from '../lib/child.ts'
import { waitForPolls } from '../lib/measure.ts'
import { median } from '../lib/numbers.ts'
import { freePort } from '../lib/ports.ts'
import { cpuSeconds } from '../lib/proc.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'

/** The command of the server that machines meet in. */
export const COMMAND = 'valkey-server'

/** How many machines share the list; 0: one without `--cluster`. */
const SIZES = [0, 1, 3]

/** Machines have their shares within this time, in s. */
const SHARING = 12

/** The number of URLs, and how many polls a second. */
export interface ClusterOptions {
  readonly urls: number
  readonly rates: readonly number[]
}

/** What polls cost all machines together: the median of the rounds. */
export interface ClusterCost {
  readonly rate: number
  /** 0: one machine without `--cluster`. */
  readonly machines: number
  readonly pollsPerSecond: number
  readonly cpuUsPerPoll: number
  /** What the server takes of a core for 100,000 polls a minute; NaN without one. */
  readonly engineShare: number
}

/** Machines that share a list, all of them on the core of the contestants, their server on that of the origin. None where it is not installed. */
export async function measureCluster(
  { urls, rates }: ClusterOptions,
  isInstalled: boolean,
  bench: Bench,
): Promise<readonly ClusterCost[]> {
  if (!isInstalled) {
    bench.log(`cluster: not measured: ${COMMAND} is not installed`)
    return []
  }
  const costs: ClusterCost[] = []
  for (const rate of rates) {
    const site = await startSite(bench, { urls, origins: urls, demand: rate })
    try {
      const rounds = SIZES.map((): ClusterCost[] => [])
      for (let round = 0; round < bench.rounds; round++)
        for (const turn of SIZES.keys()) {
          const index = (turn + round) % SIZES.length
          const cost = await measureSize(site, rate, SIZES[index] as number, bench)
          rounds[index]?.push(cost)
          const { machines, cpuUsPerPoll, pollsPerSecond } = cost
          bench.log(
            `cluster ${round + 1}/${bench.rounds}, ${machines} machines: ${cpuUsPerPoll.toFixed(1)} µs a poll, ${Math.round(pollsPerSecond)} polls a second`,
          )
        }
      costs.push(...rounds.map(medianOf))
    } finally {
      await site.stop()
    }
  }
  return costs
}

async function measureSize(site: Site, rate: number, machines: number, bench: Bench): Promise<ClusterCost> {
  const engine = machines === 0 ? null : await startEngine(bench)
  const children: Child[] = []
  try {
    const before = await site.origin.count()
    for (let n = 0; n < Math.max(1, machines); n++)
      children.push(await startHeadcount(flagsFor(site, rate, engine, n), bench))
    await waitForPolls(site.origin, children[0] as Child, before, site.work.urls)
    await sleep((bench.short ? 1 : SHARING) * 1000)
    const sample = async () => ({
      polls: await site.origin.count(),
      atMs: performance.now(),
      cpu: children.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
      engine: engine === null ? Number.NaN : cpuSeconds(engine.child.pid),
    })
    const from = await sample()
    await sleep(bench.seconds * 1000)
    for (const child of children) child.check()
    const to = await sample()
    const polls = Math.max(1, to.polls - from.polls)
    return {
      rate,
      machines,
      pollsPerSecond: (polls * 1000) / (to.atMs - from.atMs),
      cpuUsPerPoll: ((to.cpu - from.cpu) * 1e6) / polls,
      engineShare: ((to.engine - from.engine) / polls) * (100_000 / 60),
    }
  } finally {
    for (const child of children) await child.stop()
    await engine?.child.stop('SIGKILL')
  }
}

function flagsFor(site: Site, rate: number, engine: { readonly port: number } | null, n: number): string[] {
  const interval = Math.round((site.work.urls * 1000) / rate)
  const common = ['--pool-size', '1', '--interval', `${interval}ms`, '--format', 'json', '--changes']
  if (engine === null) return ['-f', site.work.list, ...common]
  // The first one has the list.
  const list = n === 0 ? ['-f', site.work.list] : []
  return [...list, ...common, '--cluster', `redis://127.0.0.1:${engine.port}`, '--node', `m${n}`]
}

async function startEngine({ folder, cores }: Bench): Promise<{ child: Child; port: number }> {
  const port = await freePort()
  const directory = `${folder}/valkey-${port}`
  mkdirSync(directory)
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '']
  const child = await Child.start(COMMAND, [...own, '--appendonly', 'yes'], { core: cores.origin })
  return { child, port }
}

function medianOf(rounds: readonly ClusterCost[]): ClusterCost {
  const [first] = rounds as readonly [ClusterCost]
  return {
    rate: first.rate,
    machines: first.machines,
    pollsPerSecond: median(rounds.map((round) => round.pollsPerSecond)),
    cpuUsPerPoll: median(rounds.map((round) => round.cpuUsPerPoll)),
    engineShare: median(rounds.map((round) => round.engineShare)),
  }
}
