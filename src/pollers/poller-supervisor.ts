import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../runtime/clock.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import type { ResourceBatch } from '../resource/resource-batch.ts'
import type { ResourceId } from '../resource/resource.ts'
import { PollerPool } from './poller-pool.ts'
import type { PollerEvents, PollerProfiles } from './poller-pool.ts'
import { RestartBackoff } from '../threads/restart-backoff.ts'
import { restart } from '../threads/restart.ts'
import { UplinkReports } from './uplink-reports.ts'
import { pollerNumber } from '../resource/poller-number.ts'

/** What main hears of pollers that are replaced. `poller` is an index, from 0. */
export interface PollerSupervisorEvents extends Pick<PollerEvents, 'returned' | 'notices'> {
  /** A poller runs: its States come from this port. */
  launched(poller: number, status: MessagePort): void
  /** A poller was lost, and why: what it had is not coming back. `suspectsInFlight`: suspects whose polls were under way. */
  lost(poller: number, why: string, suspectsInFlight: ReadonlySet<ResourceId>): void
  /** Another has taken its place. */
  replaced(poller: number): void
  /** No poller can be started any more. */
  failed(error: Error): void
}

/** The pollers, each replaced when it dies, after a while when it dies again and again. */
export class PollerSupervisor {
  readonly #count: number
  readonly #events: PollerSupervisorEvents
  readonly #pool: PollerPool
  readonly #uplinkReports: UplinkReports
  readonly #backoff: RestartBackoff
  readonly #restartEnabled = Promise.withResolvers<void>()

  constructor(count: number, options: PollOptions, profiles: PollerProfiles, events: PollerSupervisorEvents) {
    this.#count = count
    this.#events = events
    this.#uplinkReports = new UplinkReports(monotonicMs, (line) => events.notices(`${line}\n`))
    this.#backoff = new RestartBackoff(count)
    this.#pool = new PollerPool(count, options, profiles, {
      returned: (resources) => events.returned(resources),
      notices: (lines) => events.notices(lines),
      uplink: (poller, why) => this.#uplinkReports.report(poller, why),
      // One may die before the others have started.
      lost: (poller, why, suspectsInFlight) =>
        void this.#restartEnabled.promise.then(() => this.#replace(poller, why, suspectsInFlight)),
    })
  }

  /** Launches all of them. Rejects when one can't be. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.#count }, (_, poller) => this.#launch(poller)))
  }

  /** From now on those that die are replaced; those that have died meanwhile too. */
  enableRestart(): void {
    this.#restartEnabled.resolve()
  }

  /** Sends Resources to a poller: the batch is empty after. */
  send(poller: number, batch: ResourceBatch): void {
    this.#pool.send(poller, batch)
  }

  /** Has their States go to another monitor: see PollerPool. */
  switchStatusPorts(): ReturnType<PollerPool['switchStatusPorts']> {
    return this.#pool.switchStatusPorts()
  }

  /** Ends them when what they are polling is done, or after `patienceMs`; none is replaced any more. */
  stop(patienceMs: number): Promise<void> {
    return this.#pool.stop(patienceMs)
  }

  async #launch(poller: number): Promise<void> {
    this.#events.launched(poller, await this.#pool.launch(poller))
    this.#backoff.started(poller, monotonicMs())
  }

  async #replace(poller: number, why: string, suspectsInFlight: ReadonlySet<ResourceId>): Promise<void> {
    this.#uplinkReports.remove(pollerNumber(poller))
    this.#events.lost(poller, why, suspectsInFlight)
    const start = async () => {
      if (this.#pool.stopping) return
      try {
        await this.#launch(poller)
      } catch (error) {
        if (this.#pool.stopping) return
        throw error
      }
      this.#events.replaced(poller)
    }
    try {
      await restart(this.#backoff, poller, start, (error) => this.#events.notices(`${error.message}\n`))
    } catch (error) {
      this.#events.failed(new Error('No poller can be started', { cause: error }))
    }
  }
}
