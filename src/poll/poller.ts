import { setImmediate as turn } from 'node:timers/promises'
import { monotonicMs } from '../clock.ts'
import { shownUrl } from '../resource/shown-url.ts'
import type { Resource } from '../resource/resource.ts'
import type { PollerBounds } from '../state/bounds.ts'
import type { State } from '../state/state.ts'
import { Asker } from './asker.ts'
import { Canaries } from './canaries.ts'
import { classify } from './classify.ts'
import { Deadlines } from './deadlines.ts'
import type { Answer } from './exchange.ts'
import { Flight, isFailure } from './flight.ts'
import { finalUrl } from './found.ts'
import type { Found } from './found.ts'
import { Held } from './held.ts'
import type { PollOptions } from './options.ts'
import { OwnFaults } from './own-faults.ts'
import { retryAfterMs } from './retry-after.ts'
import { isUplink, ofUplink, Uplink } from './uplink.ts'
import { errCountAfter, judge, maybePassing, stateOf } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import { Waiting } from './waiting.ts'
import type { Origin } from './waiting.ts'

/** What a Poller tells. For each Resource `state` comes before `complete`, which gives it up. */
export interface PollerHooks {
  state(state: State): void
  complete(resource: Resource): void
  /** One line for standard error. May hold text of a server: escape before printing. */
  notice(line: string): void
  /** Why this machine's uplink counts as out; null: that is over. May hold text of a server. */
  uplink(why: string | null): void
}

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
  readonly #waiting: Waiting
  readonly #faults: OwnFaults
  readonly #canaries: Canaries
  readonly #stackTraceLimit = Error.stackTraceLimit
  #inFlight = 0
  #stopped: PromiseWithResolvers<void> | null = null

  /** `number`, from 1, is what its States say. Throws when the TLS options can't be used. */
  constructor(number: number, options: PollOptions, hooks: PollerHooks) {
    this.#number = number
    this.#options = options
    this.#hooks = hooks
    this.#asker = new Asker(options, monotonicMs)
    this.#waiting = new Waiting(options.hostConcurrency)
    this.#faults = new OwnFaults(options.concurrency, monotonicMs, (line) => hooks.notice(line))
    this.#canaries = new Canaries(this.#look.bind(this), this.#deadlines, options.timeoutMs, monotonicMs)
    this.uplink = new Uplink(options, monotonicMs, this.#canaries.ask, (why) => hooks.uplink(why))
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

  /** How full it is. */
  get bounds(): PollerBounds {
    return { polls: { used: this.#inFlight, most: this.#faults.concurrency }, ...this.#asker.bounds }
  }

  /** Takes Resources to poll; they are the Poller's until it completes them. */
  accept(resources: readonly Resource[]): void {
    for (const resource of resources) {
      if (this.#stopped !== null) this.#hooks.complete(resource)
      else this.#waiting.push(resource)
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

  #fill(): void {
    while (this.#inFlight < this.#faults.concurrency) {
      const next = this.#waiting.next()
      if (next === null) return
      this.#inFlight++
      void this.#poll(next.resource, next.origin)
    }
  }

  async #poll(resource: Resource, origin: Origin): Promise<void> {
    const began = monotonicMs()
    const heldBefore = this.#held.total
    const flight = new Flight(began + this.#options.timeoutMs, monotonicMs)
    this.#deadlines.add(flight)
    let found = await this.#look(flight, resource, false)
    let ours = await this.#ours(found, resource, began)
    const rechecked = ours === null && this.#deserves(resource, found, flight)
    if (rechecked) {
      // An answer that had arrived by now says nothing of what gets through from here on.
      await turn()
      const lookedAt = monotonicMs()
      const second = await this.#look(flight, resource, true)
      // That no time was left for the second look is not why the first one failed.
      if (!isFailure(second.last) || second.last.reason !== 'timeout') found = second
      ours = await this.#ours(found, resource, lookedAt)
    }
    this.#deadlines.remove(flight)
    const now = monotonicMs()
    const heldMs = this.#held.longest(began)
    const judged = judge(found, { longest: heldMs, total: this.#held.total - heldBefore }, this.#options)
    const verdict = ours !== null && judged.verdict === 'down' ? ofUplink(ours) : judged
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
      heldMs,
      status: answer?.status ?? 0,
      statusText: answer?.statusText ?? '',
      detail: verdict.detail,
      redirects: found.redirects,
      finalUrl: finalUrl(found),
      address: found.address,
      httpVersion: answer?.httpVersion ?? '',
      tls: found.tls,
      rechecked,
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

  async #look(flight: Flight, resource: Resource, fresh: boolean): Promise<Found> {
    try {
      return await this.#asker.look(flight, resource, fresh)
    } catch (error) {
      // A defect of ours must not look like one of the URL's.
      const last = classify(error)
      const hop = new URL(resource.url)
      return { method: this.#options.method, hop, redirects: 0, address: '', tls: null, last }
    }
  }

  #deserves(resource: Resource, { last }: Found, flight: Flight): boolean {
    if (!this.#options.recheck || resource.verdict !== 'up' || !isFailure(last)) return false
    return this.#stopped === null && maybePassing(last.reason) && monotonicMs() < flight.deadline
  }

  /** Why a look that failed says nothing, for nothing gets through from here; null: it does say something. */
  #ours(
    { hop, address, last }: Found,
    { url, verdict }: Resource,
    lookedAt: number,
  ): Promise<string | null> | null {
    if (isFailure(last))
      return this.uplink.blame({ hostname: hop.hostname, reason: last.reason, before: verdict, lookedAt })
    this.uplink.answered({ url, address }, last.retryAfter === null)
    return null
  }

  #tell(resource: Resource, { verdict, reason, detail }: Verdict): void {
    if (verdict === 'unknown') {
      if (!isUplink(detail)) this.#faults.fault(detail, this.#inFlight)
      return
    }
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
