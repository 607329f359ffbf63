import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PollerNumber } from '../resource/poller-number.ts'
import type { Resource } from '../resource/resource.ts'
import { isIdempotent } from '../settings/method.ts'
import type { State } from '../state/state.ts'
import type { Prober } from './prober.ts'
import type { Deadlines } from './attempt/deadlines.ts'
import { isFailure } from './attempt/failure.ts'
import { Attempt } from './attempt/attempt.ts'
import type { StepGuard } from './attempt/attempt.ts'
import type { ProbeResult } from './verdict/probe-result.ts'
import type { StallDetector } from './attempt/stall-detector.ts'
import { transportFor } from './resolved-profile.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import { hasBothFamilies } from './has-both-families.ts'
import { withoutGatewayErrors } from './proxy-faults.ts'
import { NetworkFaults } from './network-faults.ts'
import type { NetworkMonitors } from './network-faults.ts'
import { sentSecrets } from './http/known-secrets.ts'
import { recheckDeadline } from './verdict/recheck.ts'
import { applyResult } from './verdict/apply-result.ts'
import { brokenPoll } from './verdict/broken-poll.ts'
import { failedCheck } from './checks/checks.ts'
import { differenceOf } from './attempt/phases.ts'
import { judge, passes } from './verdict/judge.ts'
import type { AttemptResult } from './verdict/judge.ts'
import { hideSecrets } from './verdict/hide-secrets.ts'
import { toState } from './verdict/to-state.ts'
import { applyRules, withoutRules } from './verdict/url-rules.ts'

/** What all polls of a poller share. `number`: of the poller. */
export interface PollDependencies extends NetworkMonitors {
  readonly number: PollerNumber
  readonly prober: Prober
  readonly deadlines: Deadlines
  readonly stalls: StallDetector
}

/**
 * Polls one Resource: makes an attempt, and a second one if the first failed and the URL was up, judges the result, and
 * returns it as a State.
 */
export class PollRunner {
  readonly #dependencies: PollDependencies
  readonly #faults: NetworkFaults
  readonly #guard: (resource: Resource) => StepGuard
  #stopped = false

  constructor(dependencies: PollDependencies, guard: (resource: Resource) => StepGuard) {
    this.#dependencies = dependencies
    this.#guard = guard
    this.#faults = new NetworkFaults(dependencies)
  }

  /** Polls in flight make no second attempt from now on, and their deadlines are not extended any more. */
  stop(): void {
    this.#stopped = true
    this.#dependencies.deadlines.freeze()
  }

  /**
   * Polls a Resource and updates it. Never rejects: a failed poll is a State too, and so is a bug in headcount. Null: the Resource may
   * belong to another machine by now, so the poll was not made to its end.
   */
  async poll(resource: Resource, profile: ResolvedProfile): Promise<State | null> {
    const { number, stalls, now } = this.#dependencies
    const began = now()
    const { rules, extras } = profile
    const sent = sentSecrets(extras)
    const before = rules === null ? resource : withoutRules(resource, rules)
    try {
      const guard = this.#guard(resource)
      const attempt = new Attempt(began + profile.options.timeoutMs, now, undefined, guard)
      let result = await this.#attemptAll(attempt, resource, profile, null)
      if (attempt.isForbidden) return null
      let recheckUntil = this.#stopped
        ? null
        : recheckDeadline(before, result.judgement.reason, began, now(), profile.options)
      if (recheckUntil !== null && !mayRepeat(profile, attempt, result)) recheckUntil = null
      if (recheckUntil !== null) {
        const recheck = new Attempt(recheckUntil, now, attempt.phasesMs, guard)
        const second = await this.#attemptAll(recheck, resource, profile, result.probe)
        if (recheck.isForbidden) return null
        // A second attempt that timed out does not say why the first one failed.
        if (second.judgement.reason !== 'timeout') result = second
      }
      if (rules !== null)
        result = { probe: result.probe, judgement: applyRules(rules, result, resource.url, Date.now()) }
      const ended = now()
      applyResult(resource, result, ended)
      const state = toState(resource, result, {
        poller: number,
        began,
        durationMs: ended - began,
        phasesMs: attempt.phasesMs,
        stalledMs: stalls.longestSince(began),
        rechecked: recheckUntil !== null,
      })
      return hideSecrets(state, profile.secrets, sent, sentSecrets(extras))
    } catch (error) {
      return brokenPoll(resource, error, [profile.secrets, sent], { poller: number, began, ended: now() })
    }
  }

  /** Not async: for most it is one attempt, whose promise it passes on. */
  #attemptAll(
    attempt: Attempt,
    resource: Resource,
    profile: ResolvedProfile,
    previous: ProbeResult | null,
  ): Promise<AttemptResult> {
    return profile.families !== null && hasBothFamilies(profile, resource.url)
      ? this.#attemptBoth(attempt, resource, profile.families, previous)
      : this.#attempt(attempt, resource, profile, previous)
  }

  /**
   * Makes an attempt over IPv4 and, if that finds the URL up, another over IPv6. IPv4 has half of the time to the deadline, so that IPv6
   * has as much also if IPv4 should not answer.
   */
  async #attemptBoth(
    attempt: Attempt,
    resource: Resource,
    [overIpv4, overIpv6]: NonNullable<ResolvedProfile['families']>,
    previous: ProbeResult | null,
  ): Promise<AttemptResult> {
    const { now } = this.#dependencies
    const { deadline } = attempt
    const halfMs = (deadline - now()) / 2
    attempt.deadline = deadline - halfMs
    const first = await this.#attempt(attempt, resource, overIpv4, previous)
    const { rules } = overIpv4
    const { verdict } = rules === null ? first.judgement : applyRules(rules, first, resource.url, Date.now())
    if (verdict !== 'up' || attempt.isForbidden) return withFamily(first, 4)
    // Others may have been asked since whether the network is to blame.
    attempt.goOn(Math.max(deadline, now() + halfMs))
    return withFamily(await this.#attempt(attempt, resource, overIpv6, previous), 6)
  }

  /** Makes and judges one attempt. `previous`: the result of the first attempt, for the second one. */
  async #attempt(
    attempt: Attempt,
    resource: Resource,
    profile: ResolvedProfile,
    previous: ProbeResult | null,
  ): Promise<AttemptResult> {
    const { prober, deadlines, stalls, now } = this.#dependencies
    // Answers to other polls that have already arrived are read first: they say nothing about the network from here on.
    if (previous !== null) await nextTurn()
    const began = now()
    const timeoutMs = attempt.deadline - began
    const stalledBefore = stalls.totalMs
    const { checks, options } = profile
    const phasesBefore = checks === null ? null : { ...attempt.phasesMs }
    deadlines.add(attempt)
    const probe = await prober.probe(attempt, resource, profile, previous !== null, previous)
    if (isFailure(probe.outcome)) {
      deadlines.noteStall()
      probe.outcome = await this.#faults.checkRoute(attempt, probe.outcome)
    } else if (checks !== null && phasesBefore !== null && passes(probe.outcome, options.accept)) {
      deadlines.noteStall()
      const phasesMs = differenceOf(attempt.phasesMs, phasesBefore)
      probe.check ??= failedCheck(checks, probe.outcome, { elapsedMs: now() - began, phasesMs })
    }
    deadlines.remove(attempt)
    const stall = { longestMs: stalls.longestSince(began), totalMs: stalls.totalMs - stalledBefore }
    const { rules } = profile
    const before = rules === null ? resource : withoutRules(resource, rules)
    const way = profile.choice === null ? null : transportFor(profile, probe.hop, new URL(resource.url))
    const uplinkFault =
      way === null
        ? await this.#faults.ofUplink(probe, before, profile.transport.route, began)
        : await this.#faults.onWay(probe, before, way, began)
    if (way !== null && rules !== null && rules.wantsDown)
      probe.outcome = withoutGatewayErrors(way, probe).outcome
    const { accept } = profile.options
    return { probe, judgement: judge(probe, stall, uplinkFault, { accept, timeoutMs }) }
  }
}

/**
 * Whether a second attempt can do no harm: the first one got an answer, its requests can be sent twice, or it sent none. Nobody knows
 * what the server did with a request that got no answer (RFC 9110, section 9.2.2).
 */
function mayRepeat({ options }: ResolvedProfile, attempt: Attempt, { probe }: AttemptResult): boolean {
  if (!isFailure(probe.outcome) || isIdempotent(options.method)) return true
  return attempt.phase !== 'wait' && attempt.phasesMs.wait === 0 && probe.redirects === 0
}

/** The result with a detail that names the address family, if it is down. */
function withFamily({ probe, judgement }: AttemptResult, family: 4 | 6): AttemptResult {
  const { verdict, detail } = judgement
  return verdict === 'down'
    ? { probe, judgement: { ...judgement, detail: `IPv${family}: ${detail}` } }
    : { probe, judgement }
}
