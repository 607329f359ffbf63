import { pollerIndex, pollerNumbers } from '../resource/poller-number.ts'
import type { PollerNumber } from '../resource/poller-number.ts'
import { BusyMeter } from '../resource/busy-meter.ts'
import type { ResourceBatch } from '../resource/resource-batch.ts'
import type { PolledResource, ResourceId } from '../resource/resource.ts'
import type { Reclaimed } from './suspects.ts'
import type { HandedOver } from './handover.ts'
import type { Schedule } from './schedule.ts'
import { TurnPace } from './turn-pace.ts'

/** What the dispatcher calls. */
export interface DispatcherHooks {
  /** Sends a batch to a poller. */
  send(poller: PollerNumber, batch: ResourceBatch): void
  /** Every Resource has come back from its first poll; with `OnceResults`, has its result. Null: they are polled again and again. */
  readonly polledOnce: (() => void) | null
  /** Many Resources were polled within ten seconds. It is called again as long as they are. */
  busy(): void
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
  #pace: TurnPace
  #timer: NodeJS.Timeout | undefined
  /** When the timer ends, and when the next turn may be; monotonic. */
  #timerAt = 0
  #nextTurnAt = 0
  readonly #meter: BusyMeter
  #stopped = false

  /** `now` is the monotonic clock, in ms. */
  constructor(schedule: Schedule, pollers: number, now: () => number, hooks: DispatcherHooks) {
    this.#now = now
    this.#schedule = schedule
    // A run that polls each URL once waits before it tries again, and for what a server asks, not less.
    this.#pace = new TurnPace(hooks.polledOnce === null)
    this.#hooks = hooks
    this.#pollers = pollerNumbers(pollers)
    // In the first second each poller gets as many as it may have.
    this.#meter = new BusyMeter(now() + 1_000)
    this.#turn()
  }

  /** Who has the Resources, and how many polls were skipped: main's part of the summaries. */
  get stats(): Pick<Schedule, 'owners' | 'maxLent' | 'skipped'> {
    const { owners, maxLent, skipped } = this.#schedule
    return { owners, maxLent, skipped }
  }

  /** Polls no Resource before it is due from now on: another machine may still have it until then. */
  pollOnTime(): void {
    this.#pace = new TurnPace(false)
  }

  /** Takes back Resources that their poller has polled. */
  returned(resources: readonly PolledResource[]): void {
    const now = this.#now()
    const before = this.#schedule.unfinished
    for (const resource of resources) this.#schedule.takeBack(resource, now)
    this.#checkPolledOnce(before)
    // Those that wait for room, at a poller or an origin, go at once.
    if (this.#schedule.owners.due > 0) this.#turn()
    else this.#setTimer()
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

  /** Applies new settings to Resources. */
  update(ids: readonly ResourceId[]): void {
    this.#settingsChanged(ids, false)
  }

  /** Polls Resources ahead of their time. */
  pollSoon(ids: readonly ResourceId[]): void {
    this.#settingsChanged(ids, true)
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
    if (before > 0 && this.#schedule.unfinished === 0) this.#hooks.polledOnce?.()
  }

  #turn(): void {
    if (this.#stopped) return
    this.#schedule.wake(this.#now() + this.#pace.aheadMs)
    let lent = 0
    for (const poller of this.#pollers) lent += this.#lend(poller)
    const now = this.#now()
    if (this.#meter.add(lent, now)) this.#hooks.busy()
    this.#pace.lent(lent, this.#schedule.shortestIntervalMs)
    this.#nextTurnAt = now + this.#pace.waitMs
    this.#setTimer()
  }

  #settingsChanged(ids: readonly ResourceId[], soon: boolean): void {
    if (ids.length === 0) return
    for (const id of ids) this.#schedule.settingsChanged(id, this.#now(), soon)
    this.#turn()
  }

  #setTimer(): void {
    if (this.#stopped) return
    const next = this.#schedule.nextAt()
    if (next === null) return clearTimeout(this.#timer)
    const at = Math.max(this.#nextTurnAt, next)
    clearTimeout(this.#timer)
    // Main may be late already.
    this.#timer = setTimeout(this.#timerEnded, Math.max(0, Math.ceil(at - this.#now())))
    this.#timerAt = at
  }

  /** A timer of Node counts from the beginning of a turn of the event loop, so it can end some ms early. */
  readonly #timerEnded = (): void => {
    if (this.#now() < this.#timerAt) this.#setTimer()
    else this.#turn()
  }

  /** Returns how many Resources it has lent. */
  #lend(poller: PollerNumber): number {
    const index = pollerIndex(poller)
    let lent = 0
    for (let batch = this.#schedule.lend(index); batch !== null; batch = this.#schedule.lend(index)) {
      lent += batch.size
      this.#hooks.send(poller, batch)
    }
    return lent
  }
}
