import { ResourceBatch } from '../resource/resource-batch.ts'
import { NOT_POLLED } from '../resource/resource.ts'
import type { PolledResource, ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { DueResources } from './due-resources.ts'
import { Handover } from './handover.ts'
import { ASLEEP, AT_POLLER, DUE, Holders, NOWHERE } from './holders.ts'
import type { Owners } from './holders.ts'
import { Links, NONE } from './linked-queues.ts'
import type { Cadence } from '../resource/cadence.ts'
import { packedIds } from './packed-ids.ts'
import { PollCounter } from './poll-counter.ts'
import type { Reclaimed } from './suspects.ts'
import { reclaim } from './reclaim.ts'
import { SleepingResources } from './sleeping-resources.ts'
import type { SleepOptions } from './sleeping-resources.ts'

/** When Resources are polled and how many are lent. */
export type ScheduleOptions = Cadence & SleepOptions

/** A poller may hold this many times the Resources that it polls at once, so that it starts the next without waiting for main. */
const LEND_AHEAD = 4
/** The most Resources in one message. It keeps a batch near 32 KiB. */
const MAX_BATCH = 256

/**
 * Owns every Resource that no poller has. It holds a Resource until it is due, lends it to the poller of its origin when that poller has
 * room, takes it back after the poll and puts it to sleep again. Times are arguments, in ms on the monotonic clock.
 */
export class Schedule {
  /** The most Resources that all pollers together may have. */
  readonly maxLent: number
  /** Resources that leave, and those that other machines poll in turns with this one. */
  readonly handover: Handover
  readonly #table: ResourceTable
  readonly #options: ScheduleOptions
  readonly #links: Links
  readonly #holders: Holders
  readonly #sleeping: SleepingResources
  readonly #due: DueResources
  readonly #counter = new PollCounter()

  /** `cadenceOf` returns how often Resources with a given profile are polled. */
  constructor(
    table: ResourceTable,
    options: ScheduleOptions,
    now: number,
    cadenceOf: (profile: number) => Cadence = () => options,
  ) {
    this.#table = table
    this.#options = options
    this.maxLent = options.concurrency * LEND_AHEAD * options.pollers
    this.#links = new Links(table.limit)
    this.#holders = new Holders(table.limit, options.pollers)
    this.#sleeping = new SleepingResources(table, this.#links, options, cadenceOf, now)
    this.#due = new DueResources(table, this.#links, options.pollers, options.hostConcurrency * LEND_AHEAD)
    this.handover = new Handover(table, this.#holders, this.#sleeping, this.#due, this.#counter)
    this.#addNew(packedIds(table), options.concurrency, now, true)
  }

  /** How many Resources each owner has. `leaving` of them have left the list. */
  get owners(): Owners & { leaving: number } {
    return { ...this.#holders.owners, leaving: this.#table.leaving }
  }

  /** How many slots have passed without a poll. */
  get skipped(): number {
    return this.#sleeping.skipped
  }

  /** How many polls have come back. */
  get polls(): number {
    return this.#counter.polls
  }

  /** How many Resources have no result yet: they have not come back from their first poll, or are polled again. */
  get unfinished(): number {
    return this.#counter.unpolled + this.#sleeping.waiting
  }

  /** The shortest interval of all Resources so far, in ms. */
  get shortestIntervalMs(): number {
    return this.#sleeping.shortestIntervalMs
  }

  /** No Resource becomes due before this time, which is about a minute ahead at most. Null when none is asleep. */
  nextAt(): number | null {
    return this.#sleeping.nextAt()
  }

  /** Makes the Resources due whose time has come. */
  wake(now: number): void {
    this.#sleeping.wake(now, this.#makeDue)
  }

  /** Adds new Resources: a few are due at once, the others over their interval. One that was leaving stays as it was. */
  add(ids: readonly ResourceId[], now: number): void {
    this.grow()
    for (const id of ids) this.#table.setLeaving(id, false)
    const news = ids.filter((id) => this.#holders.of(id) === NOWHERE)
    this.#addNew(news, this.#options.hostConcurrency, now, false)
  }

  /** Removes a Resource that has left the list: now if it is asleep, else when its turn comes or its poller returns it. */
  remove(id: ResourceId): void {
    this.handover.remove(id)
  }

  /** Makes room for Resources that are new in the table. */
  grow(): void {
    this.#links.grow(this.#table.limit)
    this.#holders.grow(this.#table.limit)
    this.#sleeping.grow()
    this.#due.grow()
  }

  /**
   * Applies new settings to a Resource. If it sleeps longer than its new interval, it is due earlier, by whole intervals; one that is
   * set aside sleeps on. `soon`: poll it now; if a poller has it, once more when it comes back and is not up.
   */
  settingsChanged(id: ResourceId, now: number, soon = false): void {
    const keepsTime = this.#holders.of(id) !== ASLEEP || this.#due.isSetAside(id)
    if (this.handover.isLent(id)) this.#sleeping.changedWhileLent(id, soon)
    else this.#sleeping.settingsChanged(id, now, soon, keepsTime)
  }

  /** Lends no more to a poller. Due Resources of its origins go to the other pollers. */
  close(poller: number): void {
    this.#due.close(poller)
  }

  /** Lends to a poller again. */
  open(poller: number): void {
    this.#due.open(poller)
  }

  /** Moves due Resources into a batch, which now belongs to the poller. Null when none is due or the poller has no room. */
  lend(poller: number): ResourceBatch | null {
    const room = Math.min(MAX_BATCH, this.#options.concurrency * LEND_AHEAD - this.#holders.count(poller))
    let batch: ResourceBatch | null = null
    for (let taken = 0; taken < room;) {
      const id = this.#due.take(poller)
      if (id === NONE) break
      if (this.handover.isUnwanted(id)) {
        this.#due.release(id)
        this.handover.letGo(id)
        continue
      }
      batch ??= new ResourceBatch()
      this.#table.pack(id, batch)
      if (this.#due.isSuspect(id)) batch.suspects.push(id)
      this.#holders.move(id, AT_POLLER + poller)
      taken++
    }
    return batch
  }

  /** Takes a Resource back from its poller and puts it to sleep until its next slot. Throws when no poller had it. */
  takeBack(resource: PolledResource, now: number): void {
    const { id, verdict } = resource
    if (this.#holders.of(id) < AT_POLLER) throw new Error(`Resource ${id} was not lent`)
    this.#due.release(id)
    if (resource.dueAt !== NOT_POLLED) {
      this.#counter.returned(this.#table.verdict(id), verdict)
      this.#table.write(resource)
      if (verdict !== 'pending') this.#due.clear(id)
    }
    this.#holders.move(id, ASLEEP)
    if (!this.handover.isUnwanted(id)) return this.#sleeping.addPolled(resource, now)
    this.#sleeping.setNext(resource, now)
    this.handover.letGo(id)
  }

  /**
   * Takes back all Resources that a poller had when it died. They are due at once, in the state in which they were lent.
   * `suspectsInFlight`: the suspects that it was polling. One that was in flight at each death is set aside.
   */
  reclaim(poller: number, now: number, suspectsInFlight: ReadonlySet<ResourceId>): Reclaimed {
    const parts = {
      table: this.#table,
      holders: this.#holders,
      sleeping: this.#sleeping,
      due: this.#due,
      handover: this.handover,
      counter: this.#counter,
    }
    return reclaim(parts, poller, now, suspectsInFlight)
  }

  readonly #makeDue = (id: number): void => {
    this.#holders.move(id, DUE)
    this.#due.add(id)
  }

  #addNew(ids: readonly ResourceId[] | Uint32Array, room: number, now: number, ramp: boolean): void {
    for (const id of ids) this.#holders.move(id, ASLEEP)
    this.#sleeping.addNew(ids, room, now, ramp)
    this.#counter.unpolled += ids.length
  }
}
