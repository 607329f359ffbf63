import { monotonicMs } from '../clock.ts'
import type { Resource, ResourceId } from '../resource/resource.ts'
import type { PollerBounds } from '../state/bounds.ts'
import type { State } from '../state/state.ts'
import { Asker } from './asker.ts'
import { AttemptRunner } from './attempt-runner.ts'
import { Canaries } from './canaries.ts'
import { Deadlines } from './deadlines.ts'
import { factsOf } from './facts.ts'
import type { Look } from './facts.ts'
import { Flight } from './flight.ts'
import { Held } from './held.ts'
import type { PollOptions } from './options.ts'
import { OwnFaults } from './own-faults.ts'
import { overridden } from './profile.ts'
import type { Profile, ProfileNews } from './profile.ts'
import { Routes } from './routes.ts'
import { secondLookUntil } from './second-look.ts'
import { teach } from './teach.ts'
import { isUplink, Uplink } from './uplink.ts'
import { stateOf } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import { Waiting } from './waiting.ts'
import type { Origin } from './waiting.ts'

/** What a Poller tells. For each Resource `state` comes before `complete`, which gives it up. */
export interface PollerHooks {
  state(state: State): void
  complete(resource: Resource): void
  /** The poll of a suspect begins. */
  begun(id: ResourceId): void
  /** One line for standard error. May hold text of a server: escape before printing. */
  notice(line: string): void
  /** Why this machine's uplink counts as out; null: that is over. May hold text of a server. */
  uplink(why: string | null): void
}

/**
 * Polls that begin in one turn of the event loop. Then it hears of those under way: in a thread that is busy, more at once
 * would only wait for each other, which makes each dearer and longer than its server took.
 */
const BURST = 32

/** Polls Resources: up to `concurrency` at once, up to `hostConcurrency` of one origin, origins taking turns. */
export class Poller {
  /** Whether anything gets through from here. */
  readonly uplink: Uplink
  readonly #number: number
  readonly #options: PollOptions
  readonly #hooks: PollerHooks
  readonly #held = new Held(monotonicMs(), Date.now())
  readonly #deadlines = new Deadlines(monotonicMs, this.#held)
  readonly #asker: Asker
  /** By number; 0: as the flags say. */
  readonly #profiles: Profile[]
  readonly #waiting: Waiting<Profile>
  readonly #faults: OwnFaults
  readonly #canaries: Canaries
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
    this.#asker = new Asker(options, monotonicMs)
    this.#profiles = [this.#asker.profile(options)]
    this.#waiting = new Waiting(options.hostConcurrency)
    this.#faults = new OwnFaults(options.concurrency, monotonicMs, (line) => hooks.notice(line))
    // Any answer will do of a canary.
    const canaries = this.#asker.profile({ ...options, getFallback: false })
    this.#canaries = new Canaries(
      (flight, canary) => this.#asker.look(flight, canary, canaries, true),
      this.#deadlines,
      options.timeoutMs,
      monotonicMs,
    )
    this.uplink = new Uplink(options, monotonicMs, this.#canaries.ask, (why) => hooks.uplink(why))
    this.#attempts = new AttemptRunner({
      asker: this.#asker,
      deadlines: this.#deadlines,
      held: this.#held,
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
    return this.#waiting.size
  }

  /** What these numbers mean for the Resources that come from now on. */
  learn(profiles: readonly ProfileNews[]): void {
    for (const [number, overrides] of profiles)
      this.#profiles[number] = this.#asker.profile(overridden(this.#options, overrides))
  }

  /** How full it is. */
  get bounds(): PollerBounds {
    return { polls: { used: this.#inFlight, most: this.#faults.concurrency }, ...this.#asker.bounds }
  }

  /** Takes Resources to poll; they are the Poller's until it completes them. `suspects` of them are told of with `begun`. */
  accept(resources: readonly Resource[], suspects: readonly ResourceId[] = []): void {
    for (const id of suspects) this.#suspects.add(id)
    for (const resource of resources) {
      if (this.#stopped !== null) this.#hooks.complete(resource)
      else this.#waiting.push(resource, this.#profileOf(resource))
    }
    this.#fill()
  }

  /** Starts no poll any more, gives back at once what waits, and resolves when none is in flight. */
  stop(): Promise<void> {
    if (this.#stopped === null) {
      this.#stopped = Promise.withResolvers()
      this.#deadlines.hold()
      this.#canaries.stop()
      for (const resource of this.#waiting.clear()) this.#hooks.complete(resource)
      if (this.#inFlight === 0) this.#stopped.resolve()
    }
    return this.#stopped.promise
  }

  /** Lets go of everything that outlives a poll. Call it after `stop`. */
  close(): void {
    this.#asker.close()
    Error.stackTraceLimit = this.#stackTraceLimit
  }

  /** Polls begin at the end of this turn of the event loop. */
  #fill(): void {
    this.#next ??= setImmediate(this.#start)
  }

  readonly #start = (): void => {
    this.#next = null
    for (let begun = 0; begun < BURST; begun++) {
      if (this.#inFlight >= this.#faults.concurrency) return
      const next = this.#waiting.next()
      if (next === null) return
      this.#inFlight++
      if (this.#suspects.size > 0 && this.#suspects.delete(next.resource.id))
        this.#hooks.begun(next.resource.id)
      void this.#poll(next.resource, next.profile, next.origin)
    }
    this.#fill()
  }

  async #poll(resource: Resource, profile: Profile, origin: Origin<Profile>): Promise<void> {
    const began = monotonicMs()
    const { timeoutMs } = profile.options
    const flight = new Flight(began + timeoutMs, monotonicMs)
    let look = await this.#attempts.run(flight, resource, profile, null)
    const until = this.#secondLookUntil(resource, profile, look, began)
    if (until !== null) {
      const again = new Flight(until, monotonicMs, flight.phasesMs)
      const second = await this.#attempts.run(again, resource, profile, look.found)
      // That it had no time left, or met silence, is not why the first one failed.
      if (second.verdict.reason !== 'timeout') look = second
    }
    const now = monotonicMs()
    teach(resource, look, now)
    const facts = factsOf(resource, look, {
      poller: this.#number,
      began,
      durationMs: now - began,
      phasesMs: flight.phasesMs,
      heldMs: this.#held.longest(began),
      rechecked: until !== null,
    })
    this.#hooks.state(stateOf(facts, look.verdict))
    this.#tell(look.verdict)
    this.#inFlight--
    this.#waiting.done(origin)
    this.#hooks.complete(resource)
    this.#fill()
    if (this.#inFlight === 0) this.#stopped?.resolve()
  }

  #secondLookUntil(resource: Resource, profile: Profile, { verdict }: Look, began: number): number | null {
    if (this.#stopped !== null) return null
    return secondLookUntil(resource, verdict.reason, began, monotonicMs(), profile.options)
  }

  /** Looked up once, when it comes: by its turn the number may mean something else. */
  #profileOf({ id, profile }: Resource): Profile {
    const known = this.#profiles[profile]
    if (known === undefined) throw new Error(`Resource ${id} came before its profile ${profile}`)
    return known
  }

  #tell({ verdict, detail }: Verdict): void {
    if (verdict !== 'unknown') this.#faults.well()
    else if (!isUplink(detail)) this.#faults.fault(detail, this.#inFlight)
  }
}
