import type { Peer } from './row.ts'

/** Why a peer says something else. A rule without a case that it explains is an error, as is a difference without a rule. */
export interface Rule {
  /** How the page calls it. */
  readonly title: string
  readonly peers: readonly Peer[]
  /** Matches the name of a case; undefined: any. */
  readonly name?: RegExp
  /** One of the traits of a case. */
  readonly trait?: string
  /** What headcount says. */
  readonly ours: RegExp
  /** What the peer says. */
  readonly theirs: RegExp
  /** In a sentence or two, from the specification or the design. */
  readonly why: string
}
