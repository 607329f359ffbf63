import type { Bench } from '../lib/bench.ts'
import type { Child } from '../lib/child.ts'

/** What is to be polled, and how. */
export interface Workload {
  /** The list's path. */
  readonly list: string
  readonly urls: number
  /** Polls a second that are asked for in all: more than anyone can do, so that nobody ever waits for work. */
  readonly demand: number
  readonly keepAlive: boolean
  /** Path of the root certificate to trust; null without TLS. */
  readonly root: string | null
  /** The DNS server to ask; null where the list has addresses only. */
  readonly resolver: string | null
  /** The address that blackbox_exporter may listen on, and its like. */
  readonly freePort: number
}

/** A contestant at work. */
export interface Running {
  /** The process that is measured. */
  readonly child: Child
  /** Ends all of it; resolves with the share of its polls that failed. */
  stop(): Promise<{ readonly failed: number; readonly why: string }>
}

/** One that polls lists. */
export interface Contestant {
  readonly name: string
  /** Why it can't do this work; null when it can. */
  whyUnsupported(work: Pick<Workload, 'resolver'>): string | null
  start(work: Workload, bench: Bench): Promise<Running>
}

/** The interval that makes up the demand, in ms: 1 at least. */
export function intervalMs({ urls, demand }: Pick<Workload, 'urls' | 'demand'>): number {
  return Math.max(1, Math.round((urls * 1000) / demand))
}
