import type { ListConsumer } from '../reload/list-consumer.ts'
import type { FirstReadings } from '../reload/tracked-source.ts'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { Profiles } from '../settings/profiles.ts'
import { chunks } from './engine/chunks.ts'
import type { ClusterMessage, TargetText } from './engine/messages.ts'

/** Whether each list was read: a run may start without those of servers. */
type Readings = Pick<FirstReadings, 'isComplete' | 'complete'>

/** How many URLs go in one message. */
const CHUNK = 1_000

/** Tells the cluster thread what the lists of this machine name. They have a table of their own: what is polled is in the plan. */
export class ListFeed implements ListConsumer {
  readonly #table: ResourceTable
  readonly #profiles: Profiles
  readonly #readings: Readings
  readonly #post: (message: ClusterMessage) => void

  constructor(
    table: ResourceTable,
    profiles: Profiles,
    readings: Readings,
    post: (message: ClusterMessage) => void,
  ) {
    this.#table = table
    this.#profiles = profiles
    this.#readings = readings
    this.#post = post
    if (!readings.isComplete) void readings.complete.then(() => this.#complete())
  }

  /** Tells of all that the lists name. */
  start(): void {
    this.add([...this.#table.listed()])
  }

  add(ids: readonly ResourceId[]): void {
    for (const chunk of chunks(ids, CHUNK)) {
      const targets = chunk.map((id) => [this.#table.url(id), this.#textOf(id)] as const)
      this.#post({ type: 'listed', targets })
    }
    if (ids.length > 0) this.#complete()
  }

  remove(ids: readonly ResourceId[]): void {
    if (ids.length > 0) this.#post({ type: 'unlisted', urls: ids.map((id) => this.#table.url(id)) })
    for (const id of ids) this.#table.remove(id)
  }

  update(ids: readonly ResourceId[]): void {
    this.add(ids)
  }

  register(): Promise<void> {
    return Promise.resolve()
  }

  unregister(): void {}

  #complete(): void {
    if (this.#table.size > 0) this.#post({ type: 'complete', isWhole: this.#readings.isComplete })
  }

  #textOf(id: ResourceId): TargetText {
    const overrides = JSON.stringify(this.#profiles.overrides(this.#table.profile(id)))
    const labels = this.#table.labels(id)
    return `[${JSON.stringify(this.#table.url(id))},${overrides},${labels === '' ? 'null' : labels}]`
  }
}
