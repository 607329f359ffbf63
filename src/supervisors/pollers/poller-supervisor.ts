import type { MessagePort } from 'node:worker_threads'
import { pollerNumbers } from '../../resource/poller-number.ts'
import type { PollerNumber } from '../../resource/poller-number.ts'
import type { ResourceBatch } from '../../resource/resource-batch.ts'
import type { ResourceId } from '../../resource/resource.ts'
import { monotonicMs } from '../../runtime/clock.ts'
import type { PollOptions } from '../../settings/poll-options.ts'
import type { FileChange } from '../../settings/request-files.ts'
import type { ProbePending } from '../../threads/probe-protocol.ts'
import { RestartBackoff } from '../../threads/restart-backoff.ts'
import { restart } from '../../threads/restart.ts'
import { PollerPool } from './poller-pool.ts'
import type { PollerEvents } from './poller-pool.ts'
import type { PollerProfiles } from './poller-profiles.ts'
import { UplinkReports } from './uplink-reports.ts'

/** What the supervisor reports to main. */
export interface PollerSupervisorEvents extends Pick<
  PollerEvents,
  'returned' | 'notices' | 'renew' | 'lost'
> {
  /** A poller has started. Its States come on this port. */
  launched(poller: PollerNumber, status: MessagePort): void
  /** Another thread has taken the place of a lost poller. */
  replaced(poller: PollerNumber): void
  /** No poller can be started any more. */
  failed(error: Error): void
}

/** Keeps the pollers running: one that dies is replaced, after a growing delay when it dies again and again. */
export class PollerSupervisor {
  readonly #count: number
  readonly #events: PollerSupervisorEvents
  readonly #pool: PollerPool
  readonly #uplinkReports: UplinkReports
  readonly #backoff = new RestartBackoff()
  readonly #running = new Set<PollerNumber>()
  #restarts = 0
  readonly #restartEnabled = Promise.withResolvers<void>()

  constructor(count: number, options: PollOptions, profiles: PollerProfiles, events: PollerSupervisorEvents) {
    this.#count = count
    this.#events = events
    this.#uplinkReports = new UplinkReports(monotonicMs, (line) => events.notices(`${line}\n`))
    this.#pool = new PollerPool(count, options, profiles, {
      returned: (...args) => events.returned(...args),
      notices: (lines) => events.notices(lines),
      renew: (client, refused) => events.renew(client, refused),
      uplink: (poller, why) => this.#uplinkReports.report(poller, why),
      // A poller may die before the others have started.
      lost: (poller, reason, suspectsInFlight) =>
        void this.#restartEnabled.promise.then(() => this.#replace(poller, reason, suspectsInFlight)),
    })
  }

  /** Pollers that have taken the place of lost ones. */
  get restarts(): number {
    return this.#restarts
  }

  /** Whether a poller takes Resources at present. */
  get canPoll(): boolean {
    return this.#running.size > 0
  }

  /** Launches all pollers. Rejects when one can't be started. */
  async start(): Promise<void> {
    await Promise.all(pollerNumbers(this.#count).map((poller) => this.#launch(poller)))
  }

  /** Pollers that die are replaced from now on, those that have died already included. */
  enableRestart(): void {
    this.#restartEnabled.resolve()
  }

  /** Gives all pollers the contents of files that requests need. */
  setFiles(files: readonly FileChange[]): void {
    this.#pool.setFiles(files)
  }

  /** Until when polls may start: see PollerPool. */
  setLease(until: number, revoked: readonly ResourceId[]): void {
    this.#pool.setLease(until, revoked)
  }

  /** Sends Resources to a poller. The batch is empty after that. */
  send(poller: PollerNumber, batch: ResourceBatch): void {
    this.#pool.send(poller, batch)
  }

  /** Sends a message about probes: see PollerPool. */
  post(poller: PollerNumber, message: ProbePending, transfer: MessagePort[] = []): boolean {
    return this.#pool.post(poller, message, transfer)
  }

  /** Has all pollers send their States to a new monitor: see PollerPool. */
  switchStatusPorts(): ReturnType<PollerPool['switchStatusPorts']> {
    return this.#pool.switchStatusPorts()
  }

  /** Ends all pollers when their polls in flight are done, at the latest after `patienceMs`. No poller is replaced after that. */
  stop(patienceMs: number): Promise<void> {
    return this.#pool.stop(patienceMs)
  }

  async #launch(poller: PollerNumber): Promise<void> {
    this.#events.launched(poller, await this.#pool.launch(poller))
    this.#running.add(poller)
    this.#backoff.started(poller, monotonicMs())
  }

  async #replace(
    poller: PollerNumber,
    reason: string,
    suspectsInFlight: ReadonlySet<ResourceId>,
  ): Promise<void> {
    this.#running.delete(poller)
    this.#uplinkReports.remove(poller)
    this.#events.lost(poller, reason, suspectsInFlight)
    const start = async () => {
      if (this.#pool.stopping) return
      try {
        await this.#launch(poller)
      } catch (error) {
        if (this.#pool.stopping) return
        throw error
      }
      this.#restarts++
      this.#events.replaced(poller)
    }
    try {
      await restart(this.#backoff, poller, start, (error) => this.#events.notices(`${error.message}\n`))
    } catch (error) {
      this.#events.failed(new Error('No poller can be started', { cause: error }))
    }
  }
}
