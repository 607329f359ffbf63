import { setImmediate as turn } from 'node:timers/promises'
import type { Resource } from '../resource/resource.ts'
import type { Asker } from './asker.ts'
import type { Deadlines } from './deadlines.ts'
import type { Look } from './facts.ts'
import { failure, isFailure } from './flight.ts'
import type { Failure, Flight } from './flight.ts'
import type { Found } from './found.ts'
import type { Held } from './held.ts'
import type { Profile } from './profile.ts'
import type { Routes } from './routes.ts'
import { ofUplink } from './uplink.ts'
import type { Uplink } from './uplink.ts'
import { judge } from './verdict.ts'

/** What an attempt is made and judged with. `now` is the monotonic clock, in ms. */
export interface AttemptParts {
  readonly asker: Asker
  readonly deadlines: Deadlines
  readonly held: Held
  readonly routes: Routes
  readonly uplink: Uplink
  readonly now: () => number
}

/** Makes single attempts at URLs and judges each: the URL's fault, or one of this machine. */
export class AttemptRunner {
  readonly #parts: AttemptParts

  constructor(parts: AttemptParts) {
    this.#parts = parts
  }

  /** One attempt, until its deadline at most. `first`: what the attempt before it found; null for the first. */
  async run(flight: Flight, resource: Resource, profile: Profile, first: Found | null): Promise<Look> {
    const { asker, deadlines, held, now } = this.#parts
    // An answer that had arrived by now says nothing of what gets through from here on.
    if (first !== null) await turn()
    const began = now()
    const timeoutMs = flight.deadline - began
    const heldBefore = held.total
    deadlines.add(flight)
    const found = await asker.look(flight, resource, profile, first !== null, first)
    if (isFailure(found.last)) {
      deadlines.noteStall()
      found.last = await this.#atFault(flight, found.last)
    }
    deadlines.remove(flight)
    const stall = { longest: held.longest(began), total: held.total - heldBefore }
    const judged = judge(found, stall, { accept: profile.options.accept, timeoutMs })
    const ours = await this.#ours(found, resource, began)
    return { found, verdict: ours !== null && judged.verdict === 'down' ? ofUplink(ours) : judged }
  }

  /** An address that this machine has no way to is unreachable where there is a way to others of its family. */
  async #atFault(flight: Flight, failed: Failure): Promise<Failure> {
    const { noWayTo, detail } = failed
    if (noWayTo === null) return failed
    const open = await flight.step<boolean>('connect', (done) => {
      // oxlint-disable-next-line promise/no-callback-in-promise -- a step ends by its callback
      void this.#parts.routes.areOpen(noWayTo).then(done)
      return () => {}
    })
    return open === true ? failure('unreachable', detail) : failed
  }

  /** Why a failed attempt says nothing of its URL: nothing gets through from here. Null where it does say something. */
  #ours(
    { hop, address, last }: Found,
    { url, verdict }: Resource,
    lookedAt: number,
  ): Promise<string | null> | null {
    const { uplink } = this.#parts
    if (isFailure(last))
      return uplink.blame({ hostname: hop.hostname, reason: last.reason, before: verdict, lookedAt })
    uplink.answered({ url, address }, last.retryAfter === null)
    return null
  }
}
