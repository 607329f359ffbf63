import type { ResourceBatch } from '../resource/resource-batch.ts'
import type { PolledResource, ResourceId } from '../resource/resource.ts'
import type { Reclaimed } from './probation.ts'
import type { Schedule } from './schedule.ts'

/** The least time from a turn to the next one on the timer, in ms. What becomes due meanwhile goes in one message. */
const MIN_TURN_MS = 5

/** What the dispatcher calls. */
export interface DispatcherHooks {
  /** Sends a batch to the poller with this index, from 0. */
  send(poller: number, batch: ResourceBatch): void
  /** Every Resource has come back from its first poll. */
  polledOnce(): void
}

/**
 * The loop of main: sends due Resources to the pollers, takes back those that were polled, and waits until the next is due.
 * One timer serves all Resources.
 */
export class Dispatcher {
  readonly #schedule: Schedule
  readonly #hooks: DispatcherHooks
  readonly #pollers: number
  readonly #now: () => number
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  /** `now` is the monotonic clock, in ms. */
  constructor(schedule: Schedule, pollers: number, now: () => number, hooks: DispatcherHooks) {
    this.#now = now
    this.#schedule = schedule
    this.#hooks = hooks
    this.#pollers = pollers
    this.#turn()
  }

  /** Takes back Resources that their poller has polled. */
  returned(resources: readonly PolledResource[]): void {
    const now = this.#now()
    const before = this.#schedule.unpolled
    for (const resource of resources) this.#schedule.settle(resource, now)
    this.#checkPolledOnce(before)
    this.#turn()
  }

  /** Schedules Resources that are new in the table. */
  add(ids: readonly ResourceId[]): void {
    this.#schedule.add(ids, this.#now())
    this.#turn()
  }

  /** Removes Resources that have left the list. */
  remove(ids: readonly ResourceId[]): void {
    for (const id of ids) this.#schedule.remove(id)
  }

  /** Applies new cadences to Resources. */
  cadenceChanged(ids: readonly ResourceId[]): void {
    for (const id of ids) this.#schedule.cadenceChanged(id, this.#now())
    this.#turn()
  }

  /** A poller has died: the other pollers get its Resources. `suspectsInFlight`: see Schedule.reclaim. */
  close(poller: number, suspectsInFlight: ReadonlySet<ResourceId>): Reclaimed {
    const before = this.#schedule.unpolled
    this.#schedule.close(poller)
    const reclaimed = this.#schedule.reclaim(poller, this.#now(), suspectsInFlight)
    this.#checkPolledOnce(before)
    this.#turn()
    return reclaimed
  }

  /** Sends Resources to a poller again. */
  open(poller: number): void {
    this.#schedule.open(poller)
    this.#turn()
  }

  /** Sends nothing more. Resources that come back are still taken. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #checkPolledOnce(before: number): void {
    if (before > 0 && this.#schedule.unpolled === 0) this.#hooks.polledOnce()
  }

  #turn(): void {
    if (this.#stopped) return
    const now = this.#now()
    this.#schedule.wake(now)
    for (let poller = 0; poller < this.#pollers; poller++) this.#lend(poller)
    clearTimeout(this.#timer)
    const next = this.#schedule.nextAt()
    if (next === null) return
    this.#timer = setTimeout(() => this.#turn(), Math.max(MIN_TURN_MS, next - this.#now()))
  }

  #lend(poller: number): void {
    for (let batch = this.#schedule.lend(poller); batch !== null; batch = this.#schedule.lend(poller)) {
      this.#hooks.send(poller, batch)
    }
  }
}
