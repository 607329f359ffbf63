import { headcount } from '../contestants/headcount.ts'
import type { Bench } from '../lib/bench.ts'
import { startSite } from './site.ts'
import type { Site } from './site.ts'
import { runScenario } from './run-scenario.ts'
import type { ScenarioResult } from './run-scenario.ts'

/** headcount with longer and longer lists and a connection for each poll: the cost of a poll must not grow. */
export async function grow(sizes: readonly number[], bench: Bench): Promise<ScenarioResult> {
  const sites: Site[] = []
  try {
    for (const urls of sizes) {
      sites.push(await startSite(bench, { urls, origins: Math.min(urls, 10_000), demand: 20_000 }))
    }
    // Quiet, since the first State of each URL would be printed, and on the longest list all States are first ones.
    const contestant = headcount(1, 'quiet')
    const entries = sites.map((site) => ({ name: site.work.urls.toLocaleString('en'), contestant, site }))
    return await runScenario('growth', entries, bench)
  } finally {
    for (const site of sites) await site.stop()
  }
}
