import { pollerIndex } from '../resource/poller-number.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import { sumUsage } from '../state/usage.ts'
import type { PollerBounds } from '../state/usage.ts'

/** What the pollers report of themselves, added up. Bounded by the number of pollers. */
export class PollerTotals {
  /** CPU time of each poller since its start, in ms; poller 1 comes first. */
  readonly cpuMs: number[]
  readonly #bounds = new Map<PollerNumber, PollerBounds>()

  /** `count`: number of pollers. */
  constructor(count: number) {
    this.cpuMs = Array.from({ length: count }, () => 0)
  }

  /** Sets what a poller reports: its CPU time since its start, in ms, and how full it is. */
  set(poller: PollerNumber, cpuMs: number, bounds: PollerBounds): void {
    this.cpuMs[pollerIndex(poller)] = cpuMs
    this.#bounds.set(poller, bounds)
  }

  /** How full all pollers are together. */
  get bounds(): PollerBounds {
    const all = [...this.#bounds.values()]
    return {
      polls: sumUsage(all.map(({ polls }) => polls)),
      names: sumUsage(all.map(({ names }) => names)),
      sessions: sumUsage(all.map(({ sessions }) => sessions)),
      connections: sumUsage(all.map(({ connections }) => connections)),
    }
  }
}
