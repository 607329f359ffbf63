import { setImmediate as turn } from 'node:timers/promises'
import type { Resource } from '../resource/resource.ts'
import type { Prober } from './prober.ts'
import type { Deadlines } from './attempt/deadlines.ts'
import type { AttemptResult } from './verdict/to-facts.ts'
import { failure, isFailure } from './attempt/attempt.ts'
import type { Failure, Attempt } from './attempt/attempt.ts'
import type { ProbeResult } from './verdict/probe-result.ts'
import type { StallDetector } from './attempt/stall-detector.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import type { Routes } from './verdict/routes.ts'
import { uplinkJudgement } from './verdict/uplink-monitor.ts'
import type { UplinkMonitor } from './verdict/uplink-monitor.ts'
import { judge } from './verdict/judge.ts'

/** What an attempt is made and judged with. `now` is the monotonic clock, in ms. */
export interface AttemptDependencies {
  readonly prober: Prober
  readonly deadlines: Deadlines
  readonly stalls: StallDetector
  readonly routes: Routes
  readonly uplink: UplinkMonitor
  readonly now: () => number
}

/** Makes single attempts at URLs and judges each: the URL's fault, or one of this machine. */
export class AttemptRunner {
  readonly #dependencies: AttemptDependencies

  constructor(dependencies: AttemptDependencies) {
    this.#dependencies = dependencies
  }

  /** One attempt, until its deadline at most. `previous`: what the attempt before it found; null for the first. */
  async run(
    attempt: Attempt,
    resource: Resource,
    profile: ResolvedProfile,
    previous: ProbeResult | null,
  ): Promise<AttemptResult> {
    const { prober, deadlines, stalls, now } = this.#dependencies
    // An answer that had arrived by now says nothing of what gets through from here on.
    if (previous !== null) await turn()
    const began = now()
    const timeoutMs = attempt.deadline - began
    const stalledBefore = stalls.totalMs
    deadlines.add(attempt)
    const probe = await prober.probe(attempt, resource, profile, previous !== null, previous)
    if (isFailure(probe.outcome)) {
      deadlines.noteStall()
      probe.outcome = await this.#checkRoute(attempt, probe.outcome)
    }
    deadlines.remove(attempt)
    const stall = { longestMs: stalls.longestSince(began), totalMs: stalls.totalMs - stalledBefore }
    const judged = judge(probe, stall, { accept: profile.options.accept, timeoutMs })
    const uplinkFault = await this.#uplinkFault(probe, resource, began)
    return {
      probe,
      judgement: uplinkFault !== null && judged.verdict === 'down' ? uplinkJudgement(uplinkFault) : judged,
    }
  }

  /** An address that this machine has no way to is unreachable where there is a way to others of its family. */
  async #checkRoute(attempt: Attempt, failed: Failure): Promise<Failure> {
    const { unroutable, detail } = failed
    if (unroutable === null) return failed
    const open = await attempt.step<boolean>('connect', (done) => {
      // oxlint-disable-next-line promise/no-callback-in-promise -- a step ends by its callback
      void this.#dependencies.routes.isFamilyReachable(unroutable).then(done)
      return () => {}
    })
    return open === true ? failure('unreachable', detail) : failed
  }

  /** Why a failed attempt says nothing of its URL: nothing gets through from here. Null where it does say something. */
  #uplinkFault(
    { hop, address, outcome }: ProbeResult,
    { url, verdict }: Resource,
    startedAt: number,
  ): Promise<string | null> | null {
    const { uplink } = this.#dependencies
    if (isFailure(outcome))
      return uplink.explain({
        hostname: hop.hostname,
        reason: outcome.reason,
        previousVerdict: verdict,
        startedAt,
      })
    uplink.recordAnswer({ url, address }, outcome.retryAfter === null)
    return null
  }
}
