import type { ResourceId } from '../../resource/resource.ts'
import type { DueItem } from './due-heap.ts'
import type { LabelValues } from './label-test.ts'
import type { Limits } from './limits.ts'
import type { RuleRef } from './rule-ref.ts'

/** An alert that fires. */
export interface FiringAlert {
  /** Another one after the rules were read again. */
  ref: RuleRef
  readonly key: string
  readonly since: number
  /** As they were when it fired, so that the end of an alert is told like its beginning. */
  readonly labels: LabelValues
  /** With which it fired, or held last. */
  limits: Limits
  /** It is of an earlier run, and this one has not looked at what it is about. */
  isUnseen: boolean
  /** Of `flapping`: when the URL turned too often for the last time, as the rule was then; NaN: before a restart. */
  turnedAt: number
  /** The same by `limits`, when the rule had others already; NaN: never. */
  stillTurnedAt: number
}

/** What the last poll saw that found a URL up or down. */
export interface KnownState {
  readonly verdict: 'up' | 'down'
  readonly reason: string
  readonly status: number
  readonly detail: string
}

/** What is remembered of a URL that is not just up: consecutive polls, turns, alerts. Quiet URLs have none. Times are in ms; NaN: none. */
export class WatchedUrl implements DueItem {
  readonly id: ResourceId
  dueAt = Number.POSITIVE_INFINITY
  place = -1
  /** While it is unknown: what was seen before; null: nothing. */
  known: KnownState | null = null
  /** Consecutive polls that found it down. Unknown ones do not count. */
  downPolls = 0
  downSince = Number.NaN
  upPolls = 0
  upSince = Number.NaN
  unknownSince = Number.NaN
  /** By the limit of a rule, in ms: since when all polls that found it up took longer. Bounded by the rules of the URL. */
  slowSince: Map<number, number> | null = null
  /** When it turned from up to down or back. Bounded by the rules of the URL, and those with which its alerts hold. */
  turns: number[] = []
  alerts: FiringAlert[] = []

  constructor(id: ResourceId) {
    this.id = id
  }

  /** The alert of a condition, if it fires. */
  firing(ref: RuleRef): FiringAlert | undefined {
    return this.alerts.find((alert) => alert.ref === ref)
  }

  /** Counts a poll. */
  count(verdict: 'up' | 'down' | 'unknown', now: number): void {
    switch (verdict) {
      case 'up':
        this.upPolls++
        if (Number.isNaN(this.upSince)) this.upSince = now
        this.downPolls = 0
        this.downSince = Number.NaN
        break
      case 'down':
        this.downPolls++
        if (Number.isNaN(this.downSince)) this.downSince = now
        this.upPolls = 0
        this.upSince = Number.NaN
        break
      case 'unknown':
        this.startUnknown(now)
        return
      default:
        verdict satisfies never
    }
    this.unknownSince = Number.NaN
  }

  /** It is unknown from now on, unless it was already. */
  startUnknown(now: number): void {
    if (Number.isNaN(this.unknownSince)) this.unknownSince = now
  }
}
