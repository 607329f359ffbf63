import { monotonicMs } from '../runtime/clock.ts'
import type { Resource, ResourceId } from '../resource/resource.ts'
import type { PollerBounds } from '../state/usage.ts'
import type { State } from '../state/state.ts'
import { Prober } from './prober.ts'
import { AttemptRunner } from './attempt-runner.ts'
import { CanaryProber } from './verdict/canary-prober.ts'
import { Deadlines } from './attempt/deadlines.ts'
import { toFacts } from './verdict/to-facts.ts'
import type { AttemptResult } from './verdict/to-facts.ts'
import { Attempt } from './attempt/attempt.ts'
import { StallDetector } from './attempt/stall-detector.ts'
import type { PollOptions, ProfileUpdate } from '../settings/poll-options.ts'
import { LocalFaults } from './verdict/local-faults.ts'
import { withOverrides } from './resolved-profile.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import { Routes } from './verdict/routes.ts'
import { recheckDeadline } from './verdict/recheck.ts'
import { applyResult } from './verdict/apply-result.ts'
import { isUplinkFault, UplinkMonitor } from './verdict/uplink-monitor.ts'
import { toState } from './verdict/judge.ts'
import type { Judgement } from './verdict/judge.ts'
import { FairQueue } from './fair-queue.ts'
import type { OriginQueue } from './fair-queue.ts'

/** What a Poller tells. For each Resource `state` comes before `complete`, which gives it up. */
export interface PollerHooks {
  state(state: State): void
  complete(resource: Resource): void
  /** The poll of a suspect begins. */
  started(id: ResourceId): void
  /** One line for standard error. May hold text of a server: escape before printing. */
  notice(line: string): void
  /** Why this machine's uplink counts as out; null: that is over. May hold text of a server. */
  uplink(why: string | null): void
}

/**
 * Polls that begin in one turn of the event loop. Then it hears of those under way: in a thread that is busy, more at once
 * would only wait for each other, which makes each dearer and longer than its server took.
 */
const MAX_STARTS_PER_TURN = 32

/** Polls Resources: up to `concurrency` at once, up to `hostConcurrency` of one origin, origins taking turns. */
export class Poller {
  /** Whether anything gets through from here. */
  readonly uplink: UplinkMonitor
  readonly #number: number
  readonly #options: PollOptions
  readonly #hooks: PollerHooks
  readonly #stalls = new StallDetector(monotonicMs(), Date.now())
  readonly #deadlines = new Deadlines(monotonicMs, this.#stalls)
  readonly #prober: Prober
  /** By number; 0: as the flags say. */
  readonly #profiles: ResolvedProfile[]
  readonly #queue: FairQueue<ResolvedProfile>
  readonly #faults: LocalFaults
  readonly #canaries: CanaryProber
  readonly #attempts: AttemptRunner
  /** Those that wait and of whose polls main wants to hear when they begin. Bounded by what main lends. */
  readonly #suspects = new Set<ResourceId>()
  readonly #stackTraceLimit = Error.stackTraceLimit
  #inFlight = 0
  #next: NodeJS.Immediate | null = null
  #stopped: PromiseWithResolvers<void> | null = null

  /** `number`, from 1, is what its States say. Throws when the TLS options can't be used. */
  constructor(number: number, options: PollOptions, hooks: PollerHooks) {
    this.#number = number
    this.#options = options
    this.#hooks = hooks
    this.#prober = new Prober(options, monotonicMs)
    this.#profiles = [this.#prober.resolveProfile(options)]
    this.#queue = new FairQueue(options.hostConcurrency)
    this.#faults = new LocalFaults(options.concurrency, monotonicMs, (line) => hooks.notice(line))
    // Any answer will do of a canary.
    const canaries = this.#prober.resolveProfile({ ...options, getFallback: false })
    this.#canaries = new CanaryProber(
      (attempt, canary) => this.#prober.probe(attempt, canary, canaries, true),
      this.#deadlines,
      options.timeoutMs,
      monotonicMs,
    )
    this.uplink = new UplinkMonitor(options, monotonicMs, this.#canaries.ask, (why) => hooks.uplink(why))
    this.#attempts = new AttemptRunner({
      prober: this.#prober,
      deadlines: this.#deadlines,
      stalls: this.#stalls,
      routes: new Routes(() => this.uplink.canaries, monotonicMs),
      uplink: this.uplink,
      now: monotonicMs,
    })
    // Errors of sockets are frequent, and nobody reads their stacks, which cost more than the errors.
    Error.stackTraceLimit = 0
  }

  /** Polls under way. */
  get inFlight(): number {
    return this.#inFlight
  }

  /** Resources that were accepted and wait for their turn. */
  get waiting(): number {
    return this.#queue.size
  }

  /** What these numbers mean for the Resources that come from now on. */
  setProfiles(profiles: readonly ProfileUpdate[]): void {
    for (const [number, overrides] of profiles)
      this.#profiles[number] = this.#prober.resolveProfile(withOverrides(this.#options, overrides))
  }

  /** How full it is. */
  get bounds(): PollerBounds {
    return { polls: { used: this.#inFlight, most: this.#faults.concurrency }, ...this.#prober.bounds }
  }

  /** Takes Resources to poll; they are the Poller's until it completes them. `suspects` of them are told of with `started`. */
  accept(resources: readonly Resource[], suspects: readonly ResourceId[] = []): void {
    for (const id of suspects) this.#suspects.add(id)
    for (const resource of resources) {
      if (this.#stopped !== null) this.#hooks.complete(resource)
      else this.#queue.push(resource, this.#profileOf(resource))
    }
    this.#scheduleStart()
  }

  /** Starts no poll any more, gives back at once what waits, and resolves when none is in flight. */
  stop(): Promise<void> {
    if (this.#stopped === null) {
      this.#stopped = Promise.withResolvers()
      this.#deadlines.freeze()
      this.#canaries.stop()
      for (const resource of this.#queue.clear()) this.#hooks.complete(resource)
      if (this.#inFlight === 0) this.#stopped.resolve()
    }
    return this.#stopped.promise
  }

  /** Lets go of everything that outlives a poll. Call it after `stop`. */
  close(): void {
    this.#prober.close()
    Error.stackTraceLimit = this.#stackTraceLimit
  }

  /** Polls begin at the end of this turn of the event loop. */
  #scheduleStart(): void {
    this.#next ??= setImmediate(this.#start)
  }

  readonly #start = (): void => {
    this.#next = null
    for (let begun = 0; begun < MAX_STARTS_PER_TURN; begun++) {
      if (this.#inFlight >= this.#faults.concurrency) return
      const next = this.#queue.next()
      if (next === null) return
      this.#inFlight++
      if (this.#suspects.size > 0 && this.#suspects.delete(next.resource.id))
        this.#hooks.started(next.resource.id)
      void this.#poll(next.resource, next.profile, next.origin)
    }
    this.#scheduleStart()
  }

  async #poll(
    resource: Resource,
    profile: ResolvedProfile,
    origin: OriginQueue<ResolvedProfile>,
  ): Promise<void> {
    const began = monotonicMs()
    const { timeoutMs } = profile.options
    const attempt = new Attempt(began + timeoutMs, monotonicMs)
    let result = await this.#attempts.run(attempt, resource, profile, null)
    const until = this.#recheckDeadline(resource, profile, result, began)
    if (until !== null) {
      const retry = new Attempt(until, monotonicMs, attempt.phasesMs)
      const second = await this.#attempts.run(retry, resource, profile, result.probe)
      // That it had no time left, or met silence, is not why the first one failed.
      if (second.judgement.reason !== 'timeout') result = second
    }
    const now = monotonicMs()
    applyResult(resource, result, now)
    const facts = toFacts(resource, result, {
      poller: this.#number,
      began,
      durationMs: now - began,
      phasesMs: attempt.phasesMs,
      stalledMs: this.#stalls.longestSince(began),
      rechecked: until !== null,
    })
    this.#hooks.state(toState(facts, result.judgement))
    this.#recordOutcome(result.judgement)
    this.#inFlight--
    this.#queue.release(origin)
    this.#hooks.complete(resource)
    this.#scheduleStart()
    if (this.#inFlight === 0) this.#stopped?.resolve()
  }

  #recheckDeadline(
    resource: Resource,
    profile: ResolvedProfile,
    { judgement }: AttemptResult,
    began: number,
  ): number | null {
    if (this.#stopped !== null) return null
    return recheckDeadline(resource, judgement.reason, began, monotonicMs(), profile.options)
  }

  /** Looked up once, when it comes: by its turn the number may mean something else. */
  #profileOf({ id, profile }: Resource): ResolvedProfile {
    const known = this.#profiles[profile]
    if (known === undefined) throw new Error(`Resource ${id} came before its profile ${profile}`)
    return known
  }

  #recordOutcome({ verdict, detail }: Judgement): void {
    if (verdict !== 'unknown') this.#faults.recordSuccess()
    else if (!isUplinkFault(detail)) this.#faults.recordFault(detail, this.#inFlight)
  }
}
