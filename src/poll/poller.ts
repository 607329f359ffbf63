import { monotonicMs } from '../clock.ts'
import { shownUrl } from '../resource/shown-url.ts'
import type { Resource } from '../resource/resource.ts'
import type { State } from '../state/state.ts'
import { Asker } from './asker.ts'
import { classify } from './classify.ts'
import { Deadlines } from './deadlines.ts'
import type { Answer } from './exchange.ts'
import { Flight, isFailure } from './flight.ts'
import { finalUrl } from './found.ts'
import type { Found } from './found.ts'
import { Held } from './held.ts'
import type { PollOptions } from './options.ts'
import { OwnFaults } from './own-faults.ts'
import { overridden } from './profile.ts'
import type { Profile, ProfileNews } from './profile.ts'
import { retryAfterMs } from './retry-after.ts'
import { secondLookUntil } from './second-look.ts'
import { errCountAfter, judge, stateOf } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import { Waiting } from './waiting.ts'
import type { Origin } from './waiting.ts'

/** What a Poller tells. For each Resource `state` comes before `complete`, which gives it up. */
export interface PollerHooks {
  state(state: State): void
  complete(resource: Resource): void
  /** One line for standard error. May hold text of a server: escape before printing. */
  notice(line: string): void
}

/** One look at a URL, judged. */
interface Look {
  readonly found: Found
  readonly verdict: Verdict
}

/** Polls Resources: up to `concurrency` at once, up to `hostConcurrency` of one origin, origins taking turns. */
export class Poller {
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
  readonly #stackTraceLimit = Error.stackTraceLimit
  #inFlight = 0
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
    // undici makes an Error for each connection that it closes: without their stacks a third more polls fit in a second.
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

  /** Takes Resources to poll; they are the Poller's until it completes them. */
  accept(resources: readonly Resource[]): void {
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

  #fill(): void {
    while (this.#inFlight < this.#faults.concurrency) {
      const next = this.#waiting.next()
      if (next === null) return
      this.#inFlight++
      void this.#poll(next.resource, next.profile, next.origin)
    }
  }

  async #poll(resource: Resource, profile: Profile, origin: Origin<Profile>): Promise<void> {
    const began = monotonicMs()
    const { timeoutMs } = profile.options
    const flight = new Flight(began + timeoutMs, monotonicMs)
    let look = await this.#look(flight, resource, profile, false)
    const until = this.#secondLookUntil(resource, profile, look, began)
    if (until !== null) {
      const again = new Flight(until, monotonicMs, flight.phasesMs)
      const second = await this.#look(again, resource, profile, true)
      // That it had no time left, or met silence, is not why the first one failed.
      if (second.verdict.reason !== 'timeout') look = second
    }
    const { found, verdict } = look
    const now = monotonicMs()
    const answer = isFailure(found.last) ? null : found.last
    learn(resource, verdict, answer, now)
    const facts = {
      id: resource.id,
      url: resource.url,
      generation: resource.generation,
      at: Date.now(),
      method: found.method,
      errCount: resource.errCount,
      durationMs: now - began,
      phasesMs: flight.phasesMs,
      lateMs: began - resource.dueAt,
      heldMs: this.#held.longest(began),
      status: answer?.status ?? 0,
      statusText: answer?.statusText ?? '',
      detail: verdict.detail,
      redirects: found.redirects,
      finalUrl: finalUrl(found),
      address: found.address,
      httpVersion: answer?.httpVersion ?? '',
      tls: found.tls,
      rechecked: until !== null,
      poller: this.#number,
    }
    this.#hooks.state(stateOf(facts, verdict))
    this.#tell(resource, verdict)
    this.#inFlight--
    this.#waiting.done(origin)
    this.#hooks.complete(resource)
    this.#fill()
    if (this.#inFlight === 0) this.#stopped?.resolve()
  }

  async #look(flight: Flight, resource: Resource, profile: Profile, fresh: boolean): Promise<Look> {
    const began = monotonicMs()
    const timeoutMs = flight.deadline - began
    const heldBefore = this.#held.total
    this.#deadlines.add(flight)
    const found = await this.#ask(flight, resource, profile, fresh)
    this.#deadlines.remove(flight)
    const held = { longest: this.#held.longest(began), total: this.#held.total - heldBefore }
    return { found, verdict: judge(found, held, { accept: profile.options.accept, timeoutMs }) }
  }

  async #ask(flight: Flight, resource: Resource, profile: Profile, fresh: boolean): Promise<Found> {
    try {
      return await this.#asker.look(flight, resource, profile, fresh)
    } catch (error) {
      // A defect of ours must not look like one of the URL's.
      const last = classify(error)
      const hop = new URL(resource.url)
      return { method: profile.options.method, hop, redirects: 0, address: '', tls: null, last }
    }
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

  #tell(resource: Resource, { verdict, reason, detail }: Verdict): void {
    if (verdict === 'unknown') return this.#faults.fault(detail, this.#inFlight)
    this.#faults.well()
    if (verdict === 'down') this.#hooks.notice(`${shownUrl(resource.url)}: ${reason}: ${detail}`)
  }
}

/** Writes into the Resource what the poll has taught. */
function learn(resource: Resource, verdict: Verdict, answer: Answer | null, now: number): void {
  resource.errCount = errCountAfter(resource.errCount, verdict)
  resource.verdict = verdict.verdict
  const asked = answer?.status === 429 || answer?.status === 503 ? answer.retryAfter : null
  const ms = retryAfterMs(asked, Date.now())
  resource.notBefore = ms === 0 ? 0 : now + ms
}
