import { fileURLToPath } from 'node:url'
import { answering, drivenBy, startProber, writeModules } from '../contestants/blackbox.ts'
import type { Contestant, Workload } from '../contestants/contestant.ts'
import { startHeadcount } from '../contestants/headcount.ts'
import { startPeer } from '../contestants/peer.ts'
import type { Bench } from '../lib/bench.ts'
import { Child } from '../lib/child.ts'
import { median } from '../lib/numbers.ts'
import { runScenario } from './run-scenario.ts'
import type { ScenarioResult } from './run-scenario.ts'
import { startSite } from './site.ts'
import type { SiteOptions } from './site.ts'

/** Probes a second for the latency: few enough that none of them has to wait for the others. */
export const RATE = 500

/** How long probes take at `RATE`, from when they are due until the answer, in ms: the median of each over the rounds. */
export interface Latency {
  readonly name: string
  readonly p50Ms: number
  readonly p99Ms: number
}

/** `/probe` of headcount and of blackbox_exporter. */
export type Probes = ScenarioResult & { readonly latencies: readonly Latency[] }

/** What the driver prints. Failed probes have no time. */
interface Timed {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failed: number
  readonly why: string
}

type Start = (work: Workload, bench: Bench) => Promise<Child>

/** headcount without a list. */
async function startProbes(work: Workload, bench: Bench): Promise<Child> {
  const config = writeModules(work, bench.folder)
  const args = [
    '--listen',
    String(work.freePort),
    '--probe-config',
    config,
    '--pool-size',
    '1',
    '--format',
    'json',
  ]
  const child = await startHeadcount(args, bench)
  await answering(child, `http://127.0.0.1:${work.freePort}/-/ready`)
  return child
}

/** Has both probe the same list, asked by the same driver: first as fast as they can, then at a fixed rate. */
export async function compareProbes(options: SiteOptions, bench: Bench): Promise<Probes> {
  const site = await startSite(bench, options)
  const starts: [name: string, start: Start][] = [['headcount', startProbes]]
  if (bench.blackbox) starts.push(['blackbox_exporter', startProber])
  try {
    const entries = starts.map(([name, start]) => ({ name, contestant: driven(name, start), site }))
    const turns = await runScenario('probe', entries, bench)
    const latencies: Latency[] = []
    const notes: string[] = []
    for (const [name, start] of starts) {
      const rounds: Timed[] = []
      for (let round = 0; round < bench.rounds; round++) rounds.push(await atRate(start, site.work, bench))
      const wrong = rounds.find(({ failed }) => failed > 0)
      if (wrong !== undefined) notes.push(`Probes of ${name} at a fixed rate failed: ${wrong.why}.`)
      const of = (figure: 'p50Ms' | 'p99Ms') => median(rounds.map((one) => one[figure]))
      latencies.push({ name, p50Ms: of('p50Ms'), p99Ms: of('p99Ms') })
    }
    const missing = bench.blackbox ? [] : ['blackbox_exporter was not measured: it is not installed.']
    return { ...turns, notes: [...missing, ...turns.notes, ...notes], latencies }
  } finally {
    await site.stop()
  }
}

function driven(name: string, start: Start): Contestant {
  return {
    name,
    whyUnsupported: () => null,
    async start(work, bench) {
      const child = await start(work, bench)
      return drivenBy(
        child,
        await startPeer('probe.ts', [work.list, String(work.freePort)], bench.cores.origin),
      )
    },
  }
}

async function atRate(start: Start, work: Workload, bench: Bench): Promise<Timed> {
  const child = await start(work, bench)
  const script = fileURLToPath(new URL('../peers/probe-rate.ts', import.meta.url))
  let output = ''
  const figures = [RATE, bench.warmUp, bench.seconds].map(String)
  const driver = await Child.start(process.execPath, [script, work.list, String(work.freePort), ...figures], {
    core: bench.cores.origin,
    onLine: (line) => (output = line),
  })
  await driver.ended()
  await child.stop()
  if (output === '') throw new Error(`the driver printed no latencies: ${driver.stderr}`)
  return JSON.parse(output) as Timed
}
