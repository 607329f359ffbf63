import { setTimeout as sleep } from 'node:timers/promises'
import type { CountingServer } from '../origin/counting-server.ts'
import type { Child } from './child.ts'
import { cpuSeconds, peakBytes, threadSeconds } from './proc.ts'
import type { ThreadSeconds } from './proc.ts'

/** Time limit for the first polls of a contestant, in ms. */
const FIRST_POLLS_TIMEOUT_MS = 60_000

/** Time between two looks at a count, in ms, and how many of them at most. */
const SETTLE_MS = 100
const MAX_SETTLE_LOOKS = 100

/** Figures of a process between two moments. The polls are those that the server counted. */
export interface Figures {
  readonly pollsPerCpuSecond: number
  readonly pollsPerSecond: number
  readonly cpuUsPerPoll: number
  /** CPU time of the process as a share of one core. */
  readonly cores: number
  readonly peakMb: number
  /** CPU time of the threads of headcount per poll, in µs; null for other programs. */
  readonly threadUsPerPoll: ThreadSeconds | null
}

/**
 * The count of a server when it counts no more: connections of a contestant that has ended may still wait in its backlog. A look at
 * nginx' count is a request itself, which it counts.
 */
export async function settledCount(origin: CountingServer): Promise<number> {
  let count = await origin.count()
  for (let looks = 0; looks < MAX_SETTLE_LOOKS; looks++) {
    await sleep(SETTLE_MS)
    const next = await origin.count()
    if (next - count <= 1) return next
    count = next
  }
  throw new Error('the server goes on counting though nobody polls it')
}

/** Waits until the server has counted `polls` polls of this contestant. */
export async function waitForPolls(
  origin: CountingServer,
  child: Child,
  before: number,
  polls: number,
): Promise<void> {
  const giveUp = performance.now() + FIRST_POLLS_TIMEOUT_MS
  while ((await origin.count()) - before < polls) {
    child.check()
    if (performance.now() > giveUp)
      throw new Error(`no ${polls} polls in ${FIRST_POLLS_TIMEOUT_MS} ms: ${child.stderr}`)
    await sleep(50)
  }
}

/** Measures a process for this long. */
export async function measure(origin: CountingServer, child: Child, seconds: number): Promise<Figures> {
  const before = await sample(origin, child)
  await sleep(seconds * 1000)
  child.check()
  const after = await sample(origin, child)
  const polls = Math.max(1, after.polls - before.polls)
  const took = (after.atMs - before.atMs) / 1000
  const cpu = after.cpu - before.cpu
  return {
    pollsPerCpuSecond: polls / Math.max(cpu, 0.01),
    pollsPerSecond: polls / took,
    cpuUsPerPoll: (cpu * 1e6) / polls,
    cores: cpu / took,
    peakMb: peakBytes(child.pid) / 1e6,
    threadUsPerPoll: before.threads && after.threads && perPoll(before.threads, after.threads, polls),
  }
}

async function sample(origin: CountingServer, { pid }: Child) {
  const polls = await origin.count()
  return { polls, atMs: performance.now(), cpu: cpuSeconds(pid), threads: threadSeconds(pid) }
}

function perPoll(before: ThreadSeconds, after: ThreadSeconds, polls: number): ThreadSeconds {
  const us = (role: keyof ThreadSeconds) => ((after[role] - before[role]) * 1e6) / polls
  return { main: us('main'), monitor: us('monitor'), pollers: us('pollers'), helpers: us('helpers') }
}
