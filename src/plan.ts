import { RESERVED } from './limits.ts'

/**
 * What a poll costs the process, in µs of CPU, all threads together: as `docs/benchmarks.md` has it for two cores of a
 * server of 2021 or so, rounded up. The plan is as good as these are for the machine at hand.
 */
const POLL_US = { fresh: 150, kept: 60, tls: 750 } as const

/** Memory of the program itself, of each poller, of each URL and of each connection that is kept, in bytes. */
const BASE_BYTES = 150e6
const POLLER_BYTES = 45e6
const URL_BYTES = 280
const KEPT_BYTES = 25e3

/** A poll that answers takes about this long, in s; what it holds meanwhile is a place in a poller. */
const ANSWER_S = 0.2

/** The share of a core that may be busy while polls still start on time. */
const BUSY = 0.7

/** What the plan is made from. */
export interface PlanInput {
  readonly urls: number
  /** Of them with https. */
  readonly secure: number
  readonly origins: number
  /** Times in ms. */
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly keepAlive: boolean
  readonly poolSize: number
  /** Polls in flight per poller. */
  readonly concurrency: number
  readonly cores: number
  /** Infinity where they are not limited. */
  readonly descriptors: number
  /** Ports that connections to one address can go out from; 0 where that is not known. */
  readonly ports: number
}

/** What a list at its interval asks of this machine. */
export interface Plan {
  readonly pollsPerSecond: number
  /** Cores that it keeps busy, all threads together. */
  readonly coresUsed: number
  /** Pollers that are enough for that. */
  readonly pollers: number
  readonly memoryBytes: number
  /** Polls in flight when every URL answers, and when one in ten times out. */
  readonly inFlight: { readonly usual: number; readonly bad: number }
  readonly descriptorsUsed: number
  /** Why the cadence can't be kept, a line each; none when it can. */
  readonly shortages: readonly string[]
}

/** Works it out: arithmetic on measured costs, no more. Pure. */
export function planOf(input: PlanInput): Plan {
  const { urls, secure, keepAlive, poolSize, concurrency, cores } = input
  const pollsPerSecond = (urls * 1_000) / input.intervalMs
  const plainUs = keepAlive ? POLL_US.kept : POLL_US.fresh
  const secureUs = keepAlive ? POLL_US.kept : POLL_US.tls
  const us = urls === 0 ? 0 : (plainUs * (urls - secure) + secureUs * secure) / urls
  const coresUsed = (pollsPerSecond * us) / 1e6
  const pollers = Math.max(1, Math.ceil(coresUsed / BUSY))
  const usual = pollsPerSecond * ANSWER_S
  const bad = pollsPerSecond * (0.9 * ANSWER_S + (0.1 * input.timeoutMs) / 1_000)
  const kept = keepAlive ? Math.min(input.origins, urls) : 0
  const descriptorsUsed = Math.ceil(Math.min(bad, poolSize * concurrency) + kept + RESERVED)
  const shortages: string[] = []
  if (coresUsed > cores * BUSY) shortages.push(`${coresUsed.toFixed(1)} cores of CPU, and there are ${cores}`)
  else if (pollers > poolSize) shortages.push(`${pollers} pollers (--pool-size), and there are ${poolSize}`)
  if (bad > poolSize * concurrency) {
    shortages.push(
      `${Math.ceil(bad)} polls in flight when one URL in ten times out, and there is room for ${poolSize * concurrency} ` +
        '(--concurrency, --pool-size, --timeout)',
    )
  }
  if (descriptorsUsed > input.descriptors) {
    shortages.push(`${descriptorsUsed} descriptors, and there are ${input.descriptors} (ulimit -n)`)
  }
  return {
    pollsPerSecond,
    coresUsed,
    pollers,
    memoryBytes: BASE_BYTES + POLLER_BYTES * poolSize + URL_BYTES * urls + KEPT_BYTES * kept,
    inFlight: { usual: Math.ceil(usual), bad: Math.ceil(bad) },
    descriptorsUsed,
    shortages,
  }
}

/** The plan for a person; its last line break included. */
export function planText(input: PlanInput, plan: Plan): string {
  const limit = Number.isFinite(input.descriptors) ? String(input.descriptors) : 'no limit'
  const lines = [
    `${input.urls} URLs (${input.secure} with https) on ${input.origins} origins, every ${input.intervalMs / 1_000} s`,
    `polls a second: ${plan.pollsPerSecond.toFixed(1)}`,
    `CPU: ${plan.coresUsed.toFixed(2)} cores of ${input.cores}; ${plan.pollers} pollers are enough, ${input.poolSize} are set`,
    `memory: ${Math.round(plan.memoryBytes / 1e6)} MB`,
    `polls in flight: ${plan.inFlight.usual}, or ${plan.inFlight.bad} when one URL in ten times out; ` +
      `room for ${input.poolSize * input.concurrency}`,
    `descriptors: ${plan.descriptorsUsed} of ${limit}`,
  ]
  if (input.ports > 0) {
    lines.push(`local ports: ${input.ports} for each address and port that is dialled`)
  }
  for (const shortage of plan.shortages) lines.push(`It asks for ${shortage}`)
  lines.push(
    plan.shortages.length === 0
      ? 'This machine can keep the cadence'
      : 'This machine can not keep the cadence as it is',
  )
  return `${lines.join('\n')}\n`
}
