import type { Case } from './case.ts'

/** The peers of headcount. */
export const PEERS = ['curl', 'blackbox_exporter', 'Go'] as const

/** One of them. */
export type Peer = (typeof PEERS)[number]

/** What all tools make of a case. */
export interface Row {
  readonly one: Case
  /** In words: `up 200`, `down 404`, `down refused`. */
  readonly ours: string
  readonly theirs: Readonly<Partial<Record<Peer, string>>>
  /** The peers that say something else. */
  readonly different: readonly Peer[]
}
