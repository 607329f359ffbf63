import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { DueQueues } from './due-queues.ts'
import { NONE } from './linked-queues.ts'
import type { Links } from './linked-queues.ts'
import { OriginLimiter } from './origin-limiter.ts'
import { Suspects } from './suspects.ts'

/** The Resources that are due: in the queue of their poller, or held back by the limit of their origin or because they are suspects. */
export class DueResources {
  readonly #table: ResourceTable
  readonly #queues: DueQueues
  readonly #origins: OriginLimiter
  readonly #suspects: Suspects

  /** `maxLentPerOrigin`: the most Resources of one origin that a poller may have. */
  constructor(table: ResourceTable, links: Links, pollers: number, maxLentPerOrigin: number) {
    this.#table = table
    this.#queues = new DueQueues(links, pollers, (id) => table.origin(id as ResourceId))
    this.#origins = new OriginLimiter(links, table.origins.limit, maxLentPerOrigin)
    this.#suspects = new Suspects(links, table.limit)
  }

  /** Makes room for the Resources and origins that are new in the table. */
  grow(): void {
    this.#origins.grow(this.#table.origins.limit)
    this.#suspects.grow(this.#table.limit)
  }

  /** Adds a Resource. */
  add(id: number): void {
    this.#queues.push(id)
  }

  /** Takes the next Resource for a poller, or NONE; a closed poller gets none. Call `release` when it comes back. */
  take(poller: number): ResourceId | typeof NONE {
    let id = this.#queues.shift(poller)
    while (id !== NONE && !this.#admit(id as ResourceId)) id = this.#queues.shift(poller)
    return id as ResourceId | typeof NONE
  }

  /** A Resource that was taken has come back: those that waited for it go to the front of their queues. */
  release(id: ResourceId): void {
    const waiting = this.#origins.release(this.#table.origin(id))
    if (waiting !== NONE) this.#queues.unshift(waiting)
    this.#suspects.release(id, (next) => this.#queues.unshift(next))
  }

  /** Whether the poller has to report when it begins to poll this Resource. */
  isSuspect(id: ResourceId): boolean {
    return this.#suspects.isSuspect(id)
  }

  /** Whether a Resource is known to kill pollers. */
  isSetAside(id: ResourceId): boolean {
    return this.#suspects.isSetAside(id)
  }

  /** Clears the strikes of a Resource: its poll has ended and the poller lives. Call `release` first. */
  clear(id: ResourceId): void {
    this.#suspects.clear(id)
  }

  /**
   * The poller of this Resource died; `inFlight`: while it polled this Resource. Returns whether the Resource is now known
   * to kill pollers. Call `release` first.
   */
  strike(id: ResourceId, inFlight: boolean): boolean {
    return this.#suspects.strike(id, inFlight)
  }

  /** A poller died while it polled no suspect: suspects lose the strikes that they got as suspects. */
  clearStrikes(): void {
    this.#suspects.clearStrikes()
  }

  /** Lends no more to a poller. Due Resources of its origins go to the other pollers. */
  close(poller: number): void {
    this.#queues.close(poller)
  }

  /** Lends to a poller again. */
  open(poller: number): void {
    this.#queues.open(poller)
  }

  /** Returns whether a Resource may be lent now. If not, it waits for another to be released. */
  #admit(id: ResourceId): boolean {
    if (!this.#suspects.tryAdmit(id) || !this.#origins.acquire(this.#table.origin(id), id)) return false
    this.#suspects.markLent(id)
    return true
  }
}
