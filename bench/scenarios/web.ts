import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { answering } from '../contestants/blackbox.ts'
import { headcount } from '../contestants/headcount.ts'
import type { Contestant } from '../contestants/contestant.ts'
import { medianMs } from '../lib/ask.ts'
import type { Bench } from '../lib/bench.ts'
import { Child } from '../lib/child.ts'
import { freePort } from '../lib/ports.ts'
import { runScenario } from './run-scenario.ts'
import type { ScenarioResult } from './run-scenario.ts'
import { startSite } from './site.ts'
import type { SiteOptions } from './site.ts'

/** A list whose URLs all have series of their own, a long one, and one that is polled as fast as it can be. */
export interface WebOptions {
  readonly series: SiteOptions
  readonly long: SiteOptions
  readonly fast: SiteOptions
}

/** What is asked of the API about the long list. */
const QUERIES = ['q=nothing-has-this', 'q=127.1.0.7:', 'q=http&sort=slowest', 'verdict=down&sort=changed']

/** Between two scrapes, in ms. */
const SCRAPE_INTERVAL_MS = 5_000

/** The first round of a list takes this long at most, in ms. */
const FIRST_ROUND_MS = 600_000

/** How long answers take and what they cost. Times in ms: medians. */
export interface Web extends ScenarioResult {
  /** Of `/metrics` with a series for each URL, and of a long list without them. */
  readonly metricsMs: number
  readonly aggregatesMs: number
  readonly queries: readonly { readonly query: string; readonly ms: number }[]
  /** For how long the event loop of the monitor was held up at most, while all this was asked, and while nothing was. */
  readonly heldUpMs: number
  readonly heldUpBeforeMs: number
}

/** Asks `/metrics` and the API while lists are polled, and compares the poll rate with and without scrapes. */
export async function serveWeb({ series, long, fast }: WebOptions, bench: Bench): Promise<Web> {
  const times = bench.short ? 2 : 20
  const delays = `${bench.folder}/loop-delays`
  const metricsMs = await withList(series, [], delays, bench, (url) => medianMs(`${url}/metrics`, times))
  const aggregated = await withList(long, ['--metrics-urls', '0'], delays, bench, async (url) => {
    const idleFrom = Date.now()
    await sleep(bench.short ? 300 : 5_000)
    const askedFrom = Date.now()
    const aggregatesMs = await medianMs(`${url}/metrics`, times)
    const queries: { query: string; ms: number }[] = []
    for (const query of QUERIES)
      queries.push({ query, ms: await medianMs(`${url}/api/v1/urls?${query}`, times) })
    return { aggregatesMs, queries, idleFrom, askedFrom }
  })
  const { aggregatesMs, queries, idleFrom, askedFrom } = aggregated
  const asked = longestDelay(delays, askedFrom, Date.now())
  const idle = longestDelay(delays, idleFrom, askedFrom)
  bench.log(`web: /metrics ${Math.round(metricsMs)} ms, aggregates ${Math.round(aggregatesMs)} ms`)
  const site = await startSite(bench, fast)
  try {
    const entries = [headcount(), scraped(bench)].map((contestant) => ({
      name: contestant.name,
      contestant,
      site,
    }))
    const turns = await runScenario('web', entries, bench)
    return { ...turns, metricsMs, aggregatesMs, queries, heldUpMs: asked, heldUpBeforeMs: idle }
  } finally {
    await site.stop()
  }
}

/** Has a list polled once through, and then goes on while `use` asks. The threads of headcount may use all cores. */
async function withList<T>(
  options: SiteOptions,
  flags: readonly string[],
  delays: string,
  bench: Bench,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const site = await startSite(bench, options)
  try {
    const { list, urls, demand, freePort: port } = site.work
    const interval = ['--interval', `${Math.ceil((urls * 1_000) / demand)}ms`]
    // Nothing is printed meanwhile.
    const quiet = ['--format', 'quiet', '--pool-size', '1', '--keep-alive']
    const watch = fileURLToPath(new URL('../lib/watch-monitor.ts', import.meta.url))
    const child = await Child.start(
      process.execPath,
      [
        '--import',
        watch,
        bench.program,
        '-f',
        list,
        '--listen',
        String(port),
        ...interval,
        ...quiet,
        ...flags,
      ],
      { core: null, env: { LOOP_DELAYS: delays } },
    )
    const url = `http://127.0.0.1:${port}`
    await answering(child, `${url}/-/ready`)
    await untilPolled(child, url)
    const result = await use(url)
    await child.stop()
    return result
  } finally {
    await site.stop()
  }
}

/** Waits until each URL has been polled. */
async function untilPolled(child: Child, url: string): Promise<void> {
  const end = performance.now() + FIRST_ROUND_MS
  while (performance.now() < end) {
    child.check()
    const text = await (await fetch(`${url}/api/v1/urls?verdict=pending&limit=1`)).text()
    if ((JSON.parse(text) as { matches: number }).matches === 0) return
    await sleep(1_000)
  }
  throw new Error(`the first round of a list has not ended after ${FIRST_ROUND_MS / 1_000} s`)
}

/** headcount, scraped from time to time. */
function scraped(bench: Bench): Contestant {
  return {
    name: 'headcount, scraped',
    whyUnsupported: () => null,
    async start(work, running) {
      const port = await freePort()
      const started = await headcount(1, 'json', null, ['--listen', String(port)]).start(work, running)
      const url = `http://127.0.0.1:${port}`
      await answering(started.child, `${url}/-/ready`)
      const scrape = () => void medianMs(`${url}/metrics`, 1).catch(() => {}) // It may be ending.
      const timer = setInterval(scrape, bench.short ? 100 : SCRAPE_INTERVAL_MS)
      return {
        child: started.child,
        stop() {
          clearInterval(timer)
          return started.stop()
        },
      }
    },
  }
}

/** The longest delay that was noted between two times; NaN for none. */
function longestDelay(file: string, from: number, to: number): number {
  const noted = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [at: number, ms: number])
  const within = noted.filter(([at]) => at >= from && at <= to).map(([, ms]) => ms)
  return within.length === 0 ? Number.NaN : Math.max(...within)
}
