import type { PolledResource, ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { DueResources } from './due-resources.ts'
import { ASLEEP, AT_POLLER, NOWHERE } from './holders.ts'
import type { Holders } from './holders.ts'
import type { PollCounter } from './poll-counter.ts'
import type { SleepingResources } from './sleeping-resources.ts'

/** A Resource that comes from another machine, and the slot that its next poll counts for. */
export interface HandedOver {
  readonly resource: PolledResource
  readonly slotAt: number
}

/** Resources that leave: the list, or this machine, on which they may come back. Those are in the table all the time. */
export class Handover {
  readonly #table: ResourceTable
  readonly #holders: Holders
  readonly #sleeping: SleepingResources
  readonly #due: DueResources
  readonly #counter: PollCounter
  /** Resources that are due or with a poller, and polled no more after that; with what goes on then, if they were adopted again. */
  readonly #givenUp = new Map<ResourceId, HandedOver | null>()

  /** The parts of a schedule. */
  constructor(
    table: ResourceTable,
    holders: Holders,
    sleeping: SleepingResources,
    due: DueResources,
    counter: PollCounter,
  ) {
    this.#table = table
    this.#holders = holders
    this.#sleeping = sleeping
    this.#due = due
    this.#counter = counter
  }

  /** Polls a Resource from now on that another machine has polled. One that was given up and is not back yet, as soon as it is. */
  adopt(adopted: HandedOver): void {
    const { id } = adopted.resource
    if (this.#holders.of(id) === NOWHERE) this.#putToSleep(adopted)
    else this.#givenUp.set(id, adopted)
  }

  /** Polls a Resource no more: another machine does. Returns whether a poller still has it. */
  giveUp(id: ResourceId): boolean {
    const holder = this.#holders.of(id)
    if (holder === NOWHERE) return false
    if (holder === ASLEEP) {
      this.#sleeping.remove(id)
      this.#leave(id)
    } else this.#givenUp.set(id, null)
    return holder >= AT_POLLER
  }

  /** Whether a poller has a Resource. */
  isLent(id: ResourceId): boolean {
    return this.#holders.of(id) >= AT_POLLER
  }

  /** What another machine has to know of a Resource to go on with it. A poll in flight counts as done. */
  stateOf(id: ResourceId): HandedOver {
    const { slotAt, dueAt } = this.#sleeping.next(id, this.isLent(id))
    return { resource: { ...this.#table.read(id), dueAt }, slotAt }
  }

  /** Removes a Resource that has left the list: now, or when whatever holds it lets go of it. */
  remove(id: ResourceId): void {
    this.#table.setLeaving(id, true)
    const holder = this.#holders.of(id)
    if (holder === ASLEEP) this.#sleeping.remove(id)
    if (holder === ASLEEP || holder === NOWHERE) this.#forget(id)
  }

  /** Whether a Resource that is due, or comes back, is not polled any more. Call `letGo` if so. */
  isUnwanted(id: ResourceId): boolean {
    return this.#table.isLeaving(id) || (this.#givenUp.size > 0 && this.#givenUp.has(id))
  }

  /** Nothing holds it any more. If it was adopted again meanwhile, it goes on. */
  letGo(id: ResourceId): void {
    if (this.#table.isLeaving(id)) return this.#forget(id)
    const adopted = this.#givenUp.get(id) ?? null
    this.#givenUp.delete(id)
    this.#leave(id)
    if (adopted !== null) this.#putToSleep(adopted)
  }

  /** Removes a Resource that is in no list from the table. Its row may go to another URL. */
  #forget(id: ResourceId): void {
    this.#givenUp.delete(id)
    if (this.#holders.of(id) !== NOWHERE) this.#leave(id)
    this.#table.remove(id)
  }

  #leave(id: ResourceId): void {
    this.#counter.leftPending(this.#table.verdict(id))
    this.#due.clear(id)
    this.#holders.move(id, NOWHERE)
  }

  #putToSleep({ resource, slotAt }: HandedOver): void {
    const { id } = resource
    this.#table.write(resource)
    if (resource.verdict === 'pending') this.#counter.unpolled++
    this.#holders.move(id, ASLEEP)
    this.#sleeping.addAdopted(id, slotAt, resource.dueAt)
  }
}
