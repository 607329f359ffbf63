import { NOT_POLLED } from '../resource/resource.ts'
import type { Resource, ResourceId } from '../resource/resource.ts'
import type { StepGuard } from './attempt/attempt.ts'
import { NO_ID } from './probing.ts'

/**
 * Whether polls may start, in a cluster of machines. A machine that was frozen, or can't reach the others, has lost its Resources to them
 * when its lease is over: it stops by itself, by its own clock.
 */
export class PollLease {
  readonly #now: () => number
  #until = Number.POSITIVE_INFINITY
  /** Resources that are here and belong to another machine. Bounded by what main lends. */
  readonly #revoked = new Set<ResourceId>()

  /** `now`: the monotonic clock, in ms. Without `set`, all polls may start. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Polls may start until `until`, in ms, but none of `revoked`. */
  set(until: number, revoked: readonly ResourceId[]): void {
    this.#until = until
    for (const id of revoked) this.#revoked.add(id)
  }

  /** Main lends these, so they belong to this machine again. */
  accepted(resources: readonly Resource[]): void {
    if (this.#revoked.size > 0) for (const { id } of resources) this.#revoked.delete(id)
  }

  /** Whether the poll of a Resource may start now. Probes, which are of nobody's list, always may. */
  allows({ id }: Resource): boolean {
    if (this.#until === Number.POSITIVE_INFINITY || id === NO_ID) return true
    return !this.#revoked.has(id) && this.#now() < this.#until
  }

  /** What the poll of a Resource asks before each step, since the machine may be frozen in between. */
  guard(resource: Resource): StepGuard {
    return this.#until === Number.POSITIVE_INFINITY ? null : () => this.allows(resource)
  }
}

/** Marks a Resource that goes back to main without having been polled. */
export function unpolled(resource: Resource): Resource {
  resource.dueAt = NOT_POLLED
  return resource
}
