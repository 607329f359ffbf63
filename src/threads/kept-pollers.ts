import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../clock.ts'
import type { PollOptions } from '../poll/options.ts'
import type { ResourceBatch } from '../resource/batch.ts'
import type { ResourceId } from '../resource/resource.ts'
import { Pollers } from './pollers.ts'
import type { PollerEvents, PollerProfiles } from './pollers.ts'
import { Relaunches } from './relaunch.ts'
import { restart } from './restart.ts'
import { Uplinks } from './uplinks.ts'

/** What main hears of pollers that are replaced. Pollers are numbered from 0. */
export interface KeptPollersEvents extends Pick<PollerEvents, 'returned' | 'notices'> {
  /** A poller runs: its States come from this port. */
  launched(poller: number, status: MessagePort): void
  /** A poller was lost, and why: what it had is not coming back. `begun`: suspects whose polls were under way. */
  lost(poller: number, why: string, begun: ReadonlySet<ResourceId>): void
  /** Another has taken its place. */
  replaced(poller: number): void
  /** No poller can be started any more. */
  failed(error: Error): void
}

/** The pollers, each replaced when it dies, after a while when it dies again and again. */
export class KeptPollers {
  readonly #count: number
  readonly #events: KeptPollersEvents
  readonly #pollers: Pollers
  readonly #uplinks: Uplinks
  readonly #relaunches: Relaunches
  readonly #kept = Promise.withResolvers<void>()

  constructor(count: number, options: PollOptions, profiles: PollerProfiles, events: KeptPollersEvents) {
    this.#count = count
    this.#events = events
    this.#uplinks = new Uplinks(monotonicMs, (line) => events.notices(`${line}\n`))
    this.#relaunches = new Relaunches(count)
    this.#pollers = new Pollers(count, options, profiles, {
      returned: (resources) => events.returned(resources),
      notices: (lines) => events.notices(lines),
      uplink: (poller, why) => this.#uplinks.tell(poller, why),
      // One may die before the others have started.
      lost: (poller, why, begun) => void this.#kept.promise.then(() => this.#replace(poller, why, begun)),
    })
  }

  /** Launches all of them. Rejects when one can't be. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#count }, (_, poller) => this.#launch(poller)))
  }

  /** From now on those that die are replaced; those that have died meanwhile too. */
  keep(): void {
    this.#kept.resolve()
  }

  /** Sends Resources to a poller: the batch is empty after. */
  send(poller: number, batch: ResourceBatch): void {
    this.#pollers.send(poller, batch)
  }

  /** Has their States go to another monitor: see Pollers. */
  redirect(): ReturnType<Pollers['redirect']> {
    return this.#pollers.redirect()
  }

  /** Ends them when what they are polling is done, or after `patienceMs`; none is replaced any more. */
  stop(patienceMs: number): Promise<void> {
    return this.#pollers.stop(patienceMs)
  }

  async #launch(poller: number): Promise<void> {
    this.#events.launched(poller, await this.#pollers.launch(poller))
    this.#relaunches.launched(poller, monotonicMs())
  }

  async #replace(poller: number, why: string, begun: ReadonlySet<ResourceId>): Promise<void> {
    this.#uplinks.forget(poller)
    this.#events.lost(poller, why, begun)
    const start = async () => {
      if (this.#pollers.stopping) return
      try {
        await this.#launch(poller)
      } catch (error) {
        if (this.#pollers.stopping) return
        throw error
      }
      this.#events.replaced(poller)
    }
    try {
      await restart(this.#relaunches, poller, start, (error) => this.#events.notices(`${error.message}\n`))
    } catch (error) {
      this.#events.failed(new Error('No poller can be started', { cause: error }))
    }
  }
}
