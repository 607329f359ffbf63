import type { Bench } from '../lib/bench.ts'
import type { Child } from '../lib/child.ts'

/** What a poll does besides HEAD: look for a text in a page, for a value in JSON, connect, or ask a DNS server. */
export type Check = 'body' | 'json' | 'tcp' | 'query'

/** What is looked for at the end of a page. */
export const BODY_TEXT = 'all systems operational'

/** The name that a DNS server is asked for, by those that ask for one name only. */
export const QUERY_NAME = 'n1.bench.test'

/** What to poll, and how. */
export interface Workload {
  /** The path of the list. */
  readonly list: string
  readonly urls: number
  /** Polls per second that the list asks for: more than any contestant can do, so that none waits for work. */
  readonly demand: number
  readonly keepAlive: boolean
  /** Path of the root certificate to trust; null without TLS. */
  readonly root: string | null
  readonly http2: boolean
  /** The DNS server to use; null: the list has addresses only. */
  readonly resolver: string | null
  /** Null: a HEAD request. */
  readonly check: Check | null
  /** The address for contestants that listen, such as blackbox_exporter. */
  readonly freePort: number
}

/** A running contestant. */
export interface Running {
  /** The process that is measured. */
  readonly child: Child
  /** Stops it and resolves with the share of its polls that failed. */
  stop(): Promise<{ readonly failed: number; readonly why: string }>
}

/** A program that polls lists. */
export interface Contestant {
  readonly name: string
  /** Why it can't do this work; null: it can. */
  whyUnsupported(work: Pick<Workload, 'resolver' | 'check' | 'keepAlive' | 'root' | 'http2'>): string | null
  start(work: Workload, bench: Bench): Promise<Running>
}

/** The interval that gives this demand, in ms, 1 at least. */
export function intervalMs({ urls, demand }: Pick<Workload, 'urls' | 'demand'>): number {
  return Math.max(1, Math.round((urls * 1000) / demand))
}
