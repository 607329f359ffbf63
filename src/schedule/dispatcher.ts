import { pollerIndex, pollerNumbers } from '../resource/poller-number.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import type { ResourceBatch } from '../resource/resource-batch.ts'
import type { PolledResource, ResourceId } from '../resource/resource.ts'
import type { Reclaimed } from './suspects.ts'
import type { HandedOver } from './handover.ts'
import type { Schedule } from './schedule.ts'

/** The least time from a turn to the next one on the timer, in ms. What becomes due meanwhile goes in one message. */
const MIN_TURN_MS = 5

/** What the dispatcher calls. */
export interface DispatcherHooks {
  /** Sends a batch to a poller. */
  send(poller: PollerNumber, batch: ResourceBatch): void
  /** Every Resource has come back from its first poll; with `OnceResults`, has its result. */
  polledOnce(): void
}

/**
 * The loop of main: sends due Resources to the pollers, takes back those that were polled, and waits until the next is due.
 * One timer serves all Resources.
 */
export class Dispatcher {
  readonly #schedule: Schedule
  readonly #hooks: DispatcherHooks
  readonly #pollers: readonly PollerNumber[]
  readonly #now: () => number
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  /** `now` is the monotonic clock, in ms. */
  constructor(schedule: Schedule, pollers: number, now: () => number, hooks: DispatcherHooks) {
    this.#now = now
    this.#schedule = schedule
    this.#hooks = hooks
    this.#pollers = pollerNumbers(pollers)
    this.#turn()
  }

  /** Who has the Resources, and how many polls were skipped: main's part of the summaries. */
  get stats(): Pick<Schedule, 'owners' | 'maxLent' | 'skipped'> {
    const { owners, maxLent, skipped } = this.#schedule
    return { owners, maxLent, skipped }
  }

  /** Takes back Resources that their poller has polled. */
  returned(resources: readonly PolledResource[]): void {
    const now = this.#now()
    const before = this.#schedule.unfinished
    for (const resource of resources) this.#schedule.takeBack(resource, now)
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

  /** Makes room for Resources that are new in the table, and which another machine polls. */
  grow(): void {
    this.#schedule.grow()
  }

  /** Polls Resources from now on that another machine has polled. */
  adopt(resources: readonly HandedOver[]): void {
    for (const resource of resources) this.#schedule.handover.adopt(resource)
    this.#turn()
  }

  /** Applies new cadences to Resources. */
  update(ids: readonly ResourceId[]): void {
    for (const id of ids) this.#schedule.cadenceChanged(id, this.#now())
    this.#turn()
  }

  /** A poller has died: the other pollers get its Resources. `suspectsInFlight`: see Schedule.reclaim. */
  close(poller: PollerNumber, suspectsInFlight: ReadonlySet<ResourceId>): Reclaimed {
    const before = this.#schedule.unfinished
    this.#schedule.close(pollerIndex(poller))
    const reclaimed = this.#schedule.reclaim(pollerIndex(poller), this.#now(), suspectsInFlight)
    this.#checkPolledOnce(before)
    this.#turn()
    return reclaimed
  }

  /** Sends Resources to a poller again. */
  open(poller: PollerNumber): void {
    this.#schedule.open(pollerIndex(poller))
    this.#turn()
  }

  /** Sends nothing more. Resources that come back are still taken. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #checkPolledOnce(before: number): void {
    if (before > 0 && this.#schedule.unfinished === 0) this.#hooks.polledOnce()
  }

  #turn(): void {
    if (this.#stopped) return
    const now = this.#now()
    this.#schedule.wake(now)
    for (const poller of this.#pollers) this.#lend(poller)
    clearTimeout(this.#timer)
    const next = this.#schedule.nextAt()
    if (next === null) return
    this.#timer = setTimeout(() => this.#turn(), Math.max(MIN_TURN_MS, next - this.#now()))
  }

  #lend(poller: PollerNumber): void {
    const index = pollerIndex(poller)
    for (let batch = this.#schedule.lend(index); batch !== null; batch = this.#schedule.lend(index))
      this.#hooks.send(poller, batch)
  }
}
