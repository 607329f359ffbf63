import { BASE_BYTES, KEPT_CONNECTION_BYTES, POLLER_BYTES, RESERVED_DESCRIPTORS } from './limits.ts'

/**
 * What a poll costs the process, in µs of CPU, all threads together: more than `docs/benchmarks.md` has for two cores of a
 * server of 2021 or later, since a poll costs more where a core is not full. The plan is as good as these are for the
 * machine at hand.
 */
const POLL_COST_US = { fresh: 110, kept: 40, tls: 400 } as const

/** Memory of each URL, in bytes. */
const URL_BYTES = 280

/** A poll that answers takes about this long, in s; what it holds meanwhile is a place in a poller. */
const ANSWER_S = 0.2

/** The share of a core that may be busy while polls still start on time. */
const MAX_CORE_SHARE = 0.7

/** So many URLs are polled in this way. */
export interface PlannedGroup {
  readonly urls: number
  /** Times in ms. */
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly keepAlive: boolean
}

/** What the plan is made from. */
export interface PlanInput {
  /** One at least. */
  readonly groups: readonly PlannedGroup[]
  /** URLs with https: as large a share of each way. */
  readonly secure: number
  readonly origins: number
  /** Connections that a poller may keep. */
  readonly maxKeptConnections: number
  readonly poolSize: number
  /** Polls in flight per poller. */
  readonly concurrency: number
  readonly cores: number
  /** Infinity where they are not limited. */
  readonly descriptors: number
  /** Ports that connections to one address can go out from; 0 where that is not known. */
  readonly ports: number
  /** In bytes. */
  readonly memory: number
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
  const { groups, poolSize, concurrency, cores } = input
  const urls = sum(groups, (way) => way.urls)
  const secureShare = urls === 0 ? 0 : input.secure / urls
  const freshUs = POLL_COST_US.fresh * (1 - secureShare) + POLL_COST_US.tls * secureShare
  const pollsPerSecond = sum(groups, perSecond)
  const coresUsed = sum(groups, (way) => perSecond(way) * (way.keepAlive ? POLL_COST_US.kept : freshUs)) / 1e6
  const pollers = Math.max(1, Math.ceil(coresUsed / MAX_CORE_SHARE))
  const usual = pollsPerSecond * ANSWER_S
  const bad = 0.9 * usual + 0.1 * sum(groups, (way) => (perSecond(way) * way.timeoutMs) / 1_000)
  const kept = Math.min(
    input.origins,
    sum(groups, (way) => (way.keepAlive ? way.urls : 0)),
    poolSize * input.maxKeptConnections,
  )
  const memoryBytes = BASE_BYTES + POLLER_BYTES * poolSize + URL_BYTES * urls + KEPT_CONNECTION_BYTES * kept
  const descriptorsUsed = Math.ceil(Math.min(bad, poolSize * concurrency) + kept + RESERVED_DESCRIPTORS)
  const shortages: string[] = []
  if (coresUsed > cores * MAX_CORE_SHARE)
    shortages.push(`${coresUsed.toFixed(1)} cores of CPU, and there are ${cores}`)
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
  if (memoryBytes > input.memory)
    shortages.push(`${megabytes(memoryBytes)} of memory, and there are ${megabytes(input.memory)}`)
  return {
    pollsPerSecond,
    coresUsed,
    pollers,
    memoryBytes,
    inFlight: { usual: Math.ceil(usual), bad: Math.ceil(bad) },
    descriptorsUsed,
    shortages,
  }
}

/** The plan for a person; its last line break included. */
export function planText(input: PlanInput, plan: Plan): string {
  const limit = Number.isFinite(input.descriptors) ? String(input.descriptors) : 'no limit'
  const urls = sum(input.groups, (way) => way.urls)
  const lines = [
    `${urls} URLs (${input.secure} with https) on ${input.origins} origins, ${intervalText(input.groups)}`,
    `polls a second: ${plan.pollsPerSecond.toFixed(1)}`,
    `CPU: ${plan.coresUsed.toFixed(2)} cores of ${input.cores}; ${plan.pollers} pollers are enough, ${input.poolSize} are set`,
    `memory: ${megabytes(plan.memoryBytes)} of ${megabytes(input.memory)}`,
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

function perSecond({ urls, intervalMs }: PlannedGroup): number {
  return (urls * 1_000) / intervalMs
}

function intervalText(groups: readonly PlannedGroup[]): string {
  const seconds = groups.map(({ intervalMs }) => intervalMs / 1_000)
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)]
  return least === most ? `every ${least} s` : `every ${least} s to ${most} s`
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
