import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { NOT_POLLED } from '../resource/resource.ts'
import type { PolledResource, ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { InitialSpread } from './initial-spread.ts'
import type { SpreadOptions } from './initial-spread.ts'
import type { Links } from './linked-queues.ts'
import { dueAfter, nextAfterSetAside, nextDue, reschedule } from './next-due.ts'
import { effectiveIntervalMs } from '../resource/cadence.ts'
import type { Cadence } from '../resource/cadence.ts'
import type { NextPoll } from './next-due.ts'
import type { OnceResults } from './once-results.ts'
import { TimingWheel } from './timing-wheel.ts'

/** When Resources are polled first, and what takes the results if each has only one; absent: polled Resources stay asleep. */
export type SleepOptions = SpreadOptions & { readonly results?: OnceResults | null }

/**
 * The Resources that are asleep, on a timing wheel, and the slot that the next poll of each counts for. Times are in ms on
 * the monotonic clock.
 */
export class SleepingResources {
  readonly #table: ResourceTable
  readonly #options: SleepOptions
  readonly #cadenceOf: (profile: number) => Cadence
  readonly #wheel: TimingWheel
  #slotAt: Float64Array
  #skipped = 0
  #shortestIntervalMs = Infinity
  /** How many first polls have been spread over each interval. InitialSpread bounds it. */
  readonly #spreadCounts = new Map<number, number>()
  /** See `changedWhileLent`. Bounded by what the pollers have. */
  readonly #changedWhileLent = new Map<ResourceId, boolean>()

  /** `cadenceOf` returns how often Resources with a given profile are polled. */
  constructor(
    table: ResourceTable,
    links: Links,
    options: SleepOptions,
    cadenceOf: (profile: number) => Cadence,
    now: number,
  ) {
    this.#table = table
    this.#options = options
    this.#cadenceOf = cadenceOf
    this.#wheel = new TimingWheel(links, (id) => table.dueAt(id as ResourceId), now)
    this.#slotAt = new Float64Array(table.limit)
  }

  /** How many slots have passed without a poll. */
  get skipped(): number {
    return this.#skipped
  }

  /** How many Resources have been polled and have no result yet. */
  get waiting(): number {
    return this.#options.results?.waiting ?? 0
  }

  /** The shortest interval of all Resources so far, in ms. */
  get shortestIntervalMs(): number {
    return this.#shortestIntervalMs
  }

  /** Makes room for the Resources that are new in the table. */
  grow(): void {
    this.#slotAt = ensureCapacity(this.#slotAt, this.#table.limit)
  }

  /** No Resource becomes due before this time, which is about a minute ahead at most. Null when none is asleep. */
  nextAt(): number | null {
    return this.#wheel.nextAt()
  }

  /** Removes the Resources that are due at `now` and calls `makeDue` with each. */
  wake(now: number, makeDue: (id: number) => void): void {
    this.#wheel.advance(now, makeDue)
  }

  /** Adds Resources for their first poll. For each poller, `room` of them are due at once. `ramp`: see `firstDue` in initial-spread.ts. */
  addNew(ids: readonly ResourceId[] | Uint32Array, room: number, now: number, ramp: boolean): void {
    const options = { ...this.#options, concurrency: room }
    const spread = new InitialSpread(options, this.#table.origins.limit, now, this.#spreadCounts, ramp)
    for (const id of ids as Iterable<ResourceId>) {
      const dueAt = spread.next(this.#table.origin(id), this.#cadence(id).intervalMs)
      this.#table.setDueAt(id, dueAt)
      this.#slotAt[id] = dueAt
    }
    // The wheel wakes the Resources of one ms in reverse order. Adding the last first wakes them in the order of the list.
    for (let at = ids.length - 1; at >= 0; at--) this.#wheel.add(ids[at] as number)
  }

  /** Puts a Resource to sleep after a poll. */
  addPolled(resource: PolledResource, now: number): void {
    const { id } = resource
    if (this.#options.once) return this.#pollAgain(resource, now)
    this.#sleep(id, nextDue(this.#cadence(id), this.#slotAt[id] as number, resource, now))
    if (this.takeChange(id) && resource.verdict !== 'up') this.#pollSoon(id, now)
  }

  /** Adds a Resource whose next poll is known. */
  addAdopted(id: ResourceId, slotAt: number, dueAt: number): void {
    this.#sleep(id, { dueAt, slotAt, skipped: 0 })
  }

  /** A Resource is back, perhaps not polled, and does not sleep here: the next poll is that of another machine. */
  setNext(resource: PolledResource, now: number): void {
    const { id } = resource
    this.takeChange(id)
    if (resource.dueAt === NOT_POLLED) return
    const { dueAt, slotAt } = nextDue(this.#cadence(id), this.#slotAt[id] as number, resource, now)
    this.#slotAt[id] = slotAt
    this.#table.setDueAt(id, dueAt)
  }

  /** The next poll of a Resource; `isLent`: the one after that which is in flight. */
  next(id: ResourceId, isLent: boolean): Pick<NextPoll, 'slotAt' | 'dueAt'> {
    const slotAt = this.#slotAt[id] as number
    if (!isLent) return { slotAt, dueAt: this.#table.dueAt(id) }
    const next = slotAt + effectiveIntervalMs(this.#cadence(id), this.#table.errCount(id))
    return { slotAt: next, dueAt: next }
  }

  /** Puts a Resource to sleep for a long time, because its polls have killed pollers. */
  addSetAside(id: ResourceId, now: number): void {
    if (this.#options.once) return this.#options.results?.setAside(id)
    const slotAt = this.#slotAt[id] as number
    this.#sleep(id, nextAfterSetAside(this.#cadence(id), slotAt, this.#table.errCount(id), now))
  }

  /** Removes a Resource. Throws when it is not asleep. */
  remove(id: ResourceId): void {
    this.#wheel.remove(id)
  }

  /** Applies new settings to a Resource that no poller has. `soon`: poll it now. `keepsTime`: it is not asleep, or stays so. */
  settingsChanged(id: ResourceId, now: number, soon: boolean, keepsTime: boolean): void {
    this.#forgetRefusals(id)
    if (keepsTime) return
    if (soon) return this.#pollSoon(id, now)
    this.#wheel.remove(id)
    const slotAt = this.#slotAt[id] as number
    this.#sleep(id, reschedule(this.#cadence(id), this.#table.read(id), slotAt, now))
  }

  /** A poller has a Resource whose settings have changed, perhaps with the earlier ones. `soon`: poll it now when it comes back and is not up. */
  changedWhileLent(id: ResourceId, soon: boolean): void {
    this.#changedWhileLent.set(id, soon || this.#changedWhileLent.get(id) === true)
  }

  /** A Resource is back. Returns whether its settings have changed meanwhile, and it is to be polled now. */
  takeChange(id: ResourceId): boolean {
    const soon = this.#changedWhileLent.get(id)
    if (soon === undefined) return false
    this.#changedWhileLent.delete(id)
    this.#forgetRefusals(id)
    return soon
  }

  /** Forgets that the server of a Resource has refused both HEAD and GET, since with other settings it may accept one of them. */
  #forgetRefusals(id: ResourceId): void {
    const row = this.#table.read(id)
    // If only HEAD was refused, GET goes on being used.
    if (row.refusedStatus !== 0) this.#table.write({ ...row, headRefusedUntil: 0, refusedStatus: 0 })
  }

  #cadence(id: ResourceId): Cadence {
    const cadence = this.#cadenceOf(this.#table.profile(id))
    if (cadence.intervalMs < this.#shortestIntervalMs) this.#shortestIntervalMs = cadence.intervalMs
    return cadence
  }

  /** Polls a Resource now, or when its server has asked for (Retry-After). Its slots are counted from then on. */
  #pollSoon(id: ResourceId, now: number): void {
    const { notBefore, dueAt } = this.#table.read(id)
    const at = notBefore > now ? dueAfter(notBefore, this.#cadence(id)) : now
    if (at >= dueAt) return
    this.#wheel.remove(id)
    this.#sleep(id, { dueAt: at, slotAt: at, skipped: 0 })
  }

  #pollAgain(resource: PolledResource, now: number): void {
    const dueAt = this.#options.results?.polled(resource, now) ?? null
    if (dueAt !== null) this.#sleep(resource.id, { dueAt, slotAt: dueAt, skipped: 0 })
  }

  #sleep(id: ResourceId, { dueAt, slotAt, skipped }: NextPoll): void {
    this.#slotAt[id] = slotAt
    this.#skipped += skipped
    this.#table.setDueAt(id, dueAt)
    this.#wheel.add(id)
  }
}
