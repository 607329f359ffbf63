import { formatMegabytes } from '../../resource/format-megabytes.ts'
import { BASE_BYTES, KEPT_CONNECTION_BYTES, POLLER_BYTES, RESERVED_DESCRIPTORS } from './limits.ts'

/**
 * CPU time of the whole process per poll, in µs. More than `docs/benchmarks.md` measures on two cores of a server of 2021 or
 * later, because a poll costs more on a core that is not fully loaded.
 */
const POLL_COST_US = { fresh: 110, kept: 40, tls: 400 } as const

/** Memory per URL, in bytes. */
const URL_BYTES = 280

/** Duration of a poll that gets an answer, in s. */
const ANSWER_S = 0.2

/** The share of a core that can be busy while polls still start on time. */
const MAX_CORE_SHARE = 0.7

/** URLs with the same settings. */
export interface PlannedGroup {
  readonly urls: number
  /** Times in ms. */
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly keepAlive: boolean
}

/** What the estimate is made from. */
export interface PlanInput {
  /** At least one. */
  readonly groups: readonly PlannedGroup[]
  /** URLs with https; the same share of each group is assumed. */
  readonly secure: number
  readonly origins: number
  /** Connections that a poller can keep. */
  readonly maxKeptConnections: number
  readonly poolSize: number
  /** Polls in flight per poller. */
  readonly concurrency: number
  readonly cores: number
  /** Infinity if they are not limited. */
  readonly descriptors: number
  /** Local ports for connections to one address; 0 if not known. */
  readonly ports: number
  /** In bytes. */
  readonly memory: number
}

/** What the lists need on this machine. */
export interface Plan {
  readonly pollsPerSecond: number
  /** Cores in use, by all threads together. */
  readonly coresUsed: number
  /** Pollers needed for that. */
  readonly pollers: number
  readonly memoryBytes: number
  /** Polls in flight when every URL answers, and when one in ten times out. */
  readonly inFlight: { readonly usual: number; readonly bad: number }
  readonly descriptorsUsed: number
  /** What there is too little of, one clause each; empty if the machine can keep the schedule. */
  readonly shortages: readonly string[]
}

/** Estimates from measured costs what the lists need. Pure. */
export function planOf(input: PlanInput): Plan {
  const { groups, poolSize, concurrency } = input
  const urls = sum(groups, (group) => group.urls)
  const secureShare = urls === 0 ? 0 : input.secure / urls
  const freshUs = POLL_COST_US.fresh * (1 - secureShare) + POLL_COST_US.tls * secureShare
  const pollsPerSecond = sum(groups, perSecond)
  const coresUsed =
    sum(groups, (group) => perSecond(group) * (group.keepAlive ? POLL_COST_US.kept : freshUs)) / 1e6
  const usual = pollsPerSecond * ANSWER_S
  const bad = 0.9 * usual + 0.1 * sum(groups, (group) => (perSecond(group) * group.timeoutMs) / 1_000)
  const kept = Math.min(
    input.origins,
    sum(groups, (group) => (group.keepAlive ? group.urls : 0)),
    poolSize * input.maxKeptConnections,
  )
  const needs = {
    pollsPerSecond,
    coresUsed,
    pollers: Math.max(1, Math.ceil(coresUsed / MAX_CORE_SHARE)),
    memoryBytes: BASE_BYTES + POLLER_BYTES * poolSize + URL_BYTES * urls + KEPT_CONNECTION_BYTES * kept,
    inFlight: { usual: Math.ceil(usual), bad: Math.ceil(bad) },
    descriptorsUsed: Math.ceil(Math.min(bad, poolSize * concurrency) + kept + RESERVED_DESCRIPTORS),
  }
  return { ...needs, shortages: shortagesOf(needs, input) }
}

function shortagesOf(needs: Omit<Plan, 'shortages'>, input: PlanInput): string[] {
  const { coresUsed, pollers, memoryBytes, inFlight, descriptorsUsed } = needs
  const { cores, poolSize, descriptors, memory } = input
  const maxInFlight = poolSize * input.concurrency
  const shortages: string[] = []
  if (coresUsed > cores * MAX_CORE_SHARE)
    shortages.push(`${coresUsed.toFixed(1)} cores of CPU, and there ${cores === 1 ? 'is' : 'are'} ${cores}`)
  else if (pollers > poolSize) shortages.push(`${pollers} pollers, and --pool-size is ${poolSize}`)
  if (inFlight.bad > maxInFlight) {
    shortages.push(
      `${inFlight.bad} polls in flight when one URL in ten times out, and there is room for ${maxInFlight} ` +
        '(--concurrency, --pool-size, --timeout)',
    )
  }
  if (descriptorsUsed > descriptors)
    shortages.push(`${descriptorsUsed} descriptors, and there are ${descriptors} (ulimit -n)`)
  if (memoryBytes > memory)
    shortages.push(`${formatMegabytes(memoryBytes)} of memory, and there are ${formatMegabytes(memory)}`)
  return shortages
}

function perSecond({ urls, intervalMs }: PlannedGroup): number {
  return (urls * 1_000) / intervalMs
}

/** The sum of `value` over the items. */
export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
