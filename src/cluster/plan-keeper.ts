import type { ResourceTable } from '../resource/resource-table.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { ClusterParts } from './cluster-parts.ts'
import type { ClusterEvent, ClusterMessage } from './engine/messages.ts'
import type { PlannedUrls } from './planned-urls.ts'

type Definition = Extract<ClusterEvent, { type: 'define' }>

/** Has all parts of main know the plan. */
export class PlanKeeper {
  readonly #table: ResourceTable
  readonly #planned: PlannedUrls
  readonly #parts: ClusterParts
  readonly #post: (message: ClusterMessage) => void

  constructor(
    table: ResourceTable,
    planned: PlannedUrls,
    parts: ClusterParts,
    post: (message: ClusterMessage) => void,
  ) {
    this.#table = table
    this.#planned = planned
    this.#parts = parts
    this.#post = post
  }

  /** Takes in a batch, and says so when that is done. */
  async define(event: Definition): Promise<void> {
    const { schedule, dispatcher, monitor } = this.#parts
    const { ids, changed, left } = this.#planned.define(event)
    dispatcher.grow()
    for (const id of changed)
      if (this.#table.isLeaving(id)) {
        // A poller of this machine may still have it, from when it was in the plan before.
        this.#table.setLeaving(id, false)
        schedule.handover.giveUp(id)
      }
    this.#remove(left)
    await monitor.register(changed)
    const [rows, generations] = [
      new Uint32Array(ids),
      new Uint16Array(ids.map((id) => this.#table.generation(id))),
    ]
    this.#post({ type: 'defined', batch: event.batch, version: event.version, ids: rows, generations })
  }

  /** Takes batches out. */
  undefine(batches: readonly string[]): void {
    this.#remove(batches.flatMap((batch) => this.#planned.undefine(batch)))
  }

  #remove(ids: readonly ResourceId[]): void {
    if (ids.length === 0) return
    void this.#parts.monitor.unregister(ids)
    this.#parts.dispatcher.remove(ids)
  }
}
