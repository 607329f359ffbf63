import { monotonicMs } from '../runtime/clock.ts'
import type { Resource, ResourceId } from '../resource/resource.ts'
import type { PollerBounds } from '../state/usage.ts'
import type { State } from '../state/state.ts'
import { PollRunner } from './poll-runner.ts'
import type { PollerHooks } from './poller-hooks.ts'
import { createParts } from './poller-parts.ts'
import type { PollerParts } from './poller-parts.ts'
import { NO_ID } from './probing.ts'
import type { Probing } from './probing.ts'
import type { Judgement } from './verdict/judge.ts'
import { PollLease, unpolled } from './poll-lease.ts'
import type { ProxyMonitors } from './proxy-monitors.ts'
import type { FileChange } from '../settings/request-files.ts'
import type { PollOptions, ProfileUpdate } from '../settings/poll-options.ts'
import type { ResolvedProfile } from './resolved-profile.ts'
import type { UplinkMonitor } from './verdict/uplink-monitor.ts'
import { FairQueue } from './fair-queue.ts'
import type { ReadyResource } from './fair-queue.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/**
 * Maximum number of polls that begin in one turn of the event loop, so that polls in flight get their events in between. In a busy thread
 * more of them would only wait for each other, cost more CPU and measure longer times.
 */
const MAX_STARTS_PER_TURN = 32

/** Polls Resources: up to `concurrency` at once and up to `hostConcurrency` of one origin. Origins take turns. */
export class Poller {
  /** Decides whether polls may start. */
  readonly lease: PollLease
  /** Decides whether failed polls are the fault of this machine's uplink. */
  readonly uplink: UplinkMonitor
  /** Decides whether they are the fault of a proxy. */
  readonly proxies: ProxyMonitors
  /** What probes share with polls. */
  readonly probing: Probing
  readonly #hooks: PollerHooks
  readonly #parts: PollerParts
  readonly #queue: FairQueue<ResolvedProfile>
  readonly #runner: PollRunner
  /** Waiting Resources for which `started` is called. Bounded by what main lends. */
  readonly #suspects = new Set<ResourceId>()
  readonly #stackTraceLimit = Error.stackTraceLimit
  #inFlight = 0
  #startTimer: NodeJS.Immediate | null = null
  #stopped: PromiseWithResolvers<void> | null = null

  /** `number` identifies the poller in its States. `now` is a monotonic clock, in ms. Throws if the TLS options can't be used. */
  constructor(number: PollerNumber, options: PollOptions, hooks: PollerHooks, now = monotonicMs) {
    this.#hooks = hooks
    this.lease = new PollLease(now)
    this.#parts = createParts(options, hooks, now)
    this.#queue = new FairQueue(options.hostConcurrency)
    const { profiles, prober, deadlines, stalls, routes, uplink, proxies } = this.#parts
    this.uplink = uplink
    this.proxies = proxies
    this.probing = {
      number,
      prober,
      deadlines,
      stalls,
      routes,
      uplink,
      proxies,
      now,
      options,
      enqueue: (resource, probe) => {
        if (this.#stopped !== null) return
        this.#queue.push(resource, { ...profiles.plain, probe })
        this.#scheduleStart()
      },
    }
    this.#runner = new PollRunner(this.probing, (resource) => this.lease.guard(resource))
    Error.stackTraceLimit = 0 // Socket errors are frequent, nobody reads their traces, and a trace costs more than the error.
  }

  /** Number of polls in flight. */
  get inFlight(): number {
    return this.#inFlight
  }

  get waiting(): number {
    return this.#queue.size
  }

  /** The contents of files, and the tokens, that requests need. Those of polls in flight stay as they are. */
  setFiles(files: readonly FileChange[]): void {
    const { values } = this.#parts.prober
    for (const [key, bytes, problem = ''] of files) {
      if (bytes === null) values.forget(key)
      else values.of(key).set(bytes, problem)
    }
    this.#parts.profiles.renew(files)
  }

  /** Defines profiles for the Resources accepted from now on. */
  setProfiles(profiles: readonly ProfileUpdate[]): void {
    this.#parts.profiles.set(profiles)
  }

  /** How full the queues and caches of this poller are. */
  get bounds(): PollerBounds {
    return {
      polls: { used: this.#inFlight, most: this.#parts.faults.concurrency },
      ...this.#parts.prober.bounds,
    }
  }

  /**
   * Takes Resources, which belong to the Poller until it calls `complete`. It calls `started` for those in `suspects`: Resources that
   * two pollers or more had when they died.
   */
  accept(resources: readonly Resource[], suspects: readonly ResourceId[] = []): void {
    for (const id of suspects) this.#suspects.add(id)
    this.lease.accepted(resources)
    for (const resource of resources) {
      if (this.#stopped !== null) this.#hooks.complete(unpolled(resource))
      else this.#queue.push(resource, this.#parts.profiles.of(resource))
    }
    this.#scheduleStart()
  }

  /**
   * Has polls start only until `until`, in ms of the monotonic clock, and none of `revoked`, which belong to other machines now. Completes those
   * of them that wait, unpolled.
   */
  setLease(until: number, revoked: readonly ResourceId[]): void {
    this.lease.set(until, revoked)
    if (revoked.length === 0) return
    const ids = new Set(revoked)
    for (const one of this.#queue.remove((_, { id }) => ids.has(id))) this.#hooks.complete(unpolled(one))
  }

  /** Starts no more polls, completes waiting Resources unpolled, and resolves when no poll is in flight. */
  stop(): Promise<void> {
    if (this.#stopped === null) {
      this.#stopped = Promise.withResolvers()
      this.#runner.stop()
      this.#parts.canaries.stop()
      this.proxies.stop()
      for (const one of this.#queue.clear()) if (one.id !== NO_ID) this.#hooks.complete(unpolled(one))
      if (this.#inFlight === 0) this.#stopped.resolve()
    }
    return this.#stopped.promise
  }

  /** Closes everything that outlives a poll. Call it after `stop`. */
  close(): void {
    this.#parts.prober.close()
    Error.stackTraceLimit = this.#stackTraceLimit
  }

  /** Starts polls at the end of this turn of the event loop. */
  #scheduleStart(): void {
    this.#startTimer ??= setImmediate(this.#start)
  }

  readonly #start = (): void => {
    this.#startTimer = null
    for (let begun = 0; begun < MAX_STARTS_PER_TURN; begun++) {
      if (this.#inFlight >= this.#parts.faults.concurrency) return
      const ready = this.#queue.next()
      if (ready === null) return
      if (!this.lease.allows(ready.resource)) {
        this.#queue.release(ready.origin)
        this.#hooks.complete(unpolled(ready.resource))
        continue
      }
      this.#inFlight++
      if (this.#suspects.size > 0 && this.#suspects.delete(ready.resource.id))
        this.#hooks.started(ready.resource.id)
      // Not an async method: its frame would cost each poll a few hundred bytes of garbage.
      const { profile, resource } = ready
      if (profile.probe !== null) void profile.probe().then((judgement) => this.#ended(ready, judgement))
      else void this.#runner.poll(resource, profile).then((state) => this.#finish(ready, state))
    }
    this.#scheduleStart()
  }

  #finish(ready: ReadyResource<ResolvedProfile>, state: State | null): void {
    if (state !== null) this.#hooks.state(state)
    this.#ended(ready, state)
    this.#hooks.complete(state === null ? unpolled(ready.resource) : ready.resource)
  }

  #ended({ origin }: ReadyResource<ResolvedProfile>, judgement: Judgement | null): void {
    if (judgement !== null) this.#parts.faults.record(judgement, this.#inFlight)
    this.#inFlight--
    this.#queue.release(origin)
    this.#scheduleStart()
    if (this.#inFlight === 0) this.#stopped?.resolve()
  }
}
