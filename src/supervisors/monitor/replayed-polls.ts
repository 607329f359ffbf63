import { NOT_POLLED } from '../../resource/resource.ts'
import type { PolledResource, ResourceId } from '../../resource/resource.ts'
import type { ResourceTable } from '../../resource/resource-table.ts'
import { knownPolls } from '../../threads/pack-urls.ts'
import type { KnownPolls, SettlingSource } from '../../threads/pack-urls.ts'

/**
 * Polls that are back while a monitor is starting, and whose States wait for it on its ports: it is told what was known of the URLs before
 * them, since they are no news to it otherwise.
 */
export class ReplayedPolls {
  readonly #table: ResourceTable
  readonly #settling: SettlingSource
  /** Null: no monitor is starting. Bounded by the list. */
  #before: Map<ResourceId, KnownPolls & { readonly generation: number }> | null = null
  #polls = 0

  constructor(table: ResourceTable, settling: SettlingSource) {
    this.#table = table
    this.#settling = settling
  }

  /** How many there are. */
  get polls(): number {
    return this.#polls
  }

  /** Has pollers send States to another monitor. */
  switchPorts<Ports>(pollers: { switchStatusPorts(): Ports }): Ports {
    this.#before = new Map()
    this.#polls = 0
    return pollers.switchStatusPorts()
  }

  /** The monitor knows all URLs, and takes the States that wait. */
  monitorStarted(): void {
    this.#before = null
    this.#polls = 0
  }

  /** Resources came back, and their States go to the next monitor. Call it while the table has what was known of them before. */
  returned(resources: readonly PolledResource[]): void {
    if (this.#before === null) return
    for (const { id, dueAt } of resources) {
      if (dueAt === NOT_POLLED) continue
      this.#polls++
      const generation = this.#table.generation(id)
      if (this.#before.get(id)?.generation === generation) continue
      this.#before.set(id, { ...knownPolls(this.#table, id, this.#settling), generation })
    }
  }

  /** What was known of a URL before the first of them; null: there are none of it. */
  readonly before = (id: ResourceId): KnownPolls | null => {
    const known = this.#before?.get(id)
    return known?.generation === this.#table.generation(id) ? known : null
  }
}
