import { headcount } from '../contestants/headcount.ts'
import type { Bench } from '../lib/bench.ts'
import { startSite } from './site.ts'
import type { SiteOptions } from './site.ts'
import { runScenario } from './run-scenario.ts'
import type { ScenarioResult } from './run-scenario.ts'

/** headcount with more and more pollers on one core: the cost of a poll must not grow. */
export async function fillPool(
  sizes: readonly number[],
  options: SiteOptions,
  bench: Bench,
): Promise<ScenarioResult> {
  const site = await startSite(bench, options)
  try {
    const entries = sizes.map((size) => ({
      name: String(size),
      contestant: headcount(size),
      site,
      warmUps: size,
    }))
    return await runScenario('pool', entries, bench)
  } finally {
    await site.stop()
  }
}
