import { applyDiff, summaryText } from './apply-diff.ts'
import type { ApplyContext } from './apply-diff.ts'
import type { ListDiff } from './list-comparison.ts'
import type { ListConsumer } from './list-consumer.ts'
import type { ReloadQueue } from './reload-queue.ts'
import type { TrackedSource } from './tracked-source.ts'

/** How often, and after how many ms each time, URLs that go wait for another list that is being written. */
const MAX_WAITS = 5
const WAIT_MS = 1_000

/**
 * Applies how sources have changed, and has those read again that this concerns. URLs go when no other source is to be read any more:
 * one that is moved to another list is never off the lists. They go before that when their settings are in the way of others.
 */
export class ListChanges {
  readonly #sources: readonly TrackedSource[]
  readonly #queue: ReloadQueue
  readonly #context: Omit<ApplyContext, 'consumer'>
  #consumer: ListConsumer | null = null
  #log: (line: string) => void = () => {}

  constructor(
    sources: readonly TrackedSource[],
    queue: ReloadQueue,
    context: Omit<ApplyContext, 'consumer'>,
  ) {
    this.#sources = sources
    this.#queue = queue
    this.#context = context
  }

  /** Whether changes are passed on. */
  get isFollowed(): boolean {
    return this.#consumer !== null
  }

  /** From now on, passes changes to `consumer`, and lines about them to `log`. */
  follow(consumer: ListConsumer, log: (line: string) => void): void {
    this.#consumer = consumer
    this.#log = log
  }

  /** The consumer is not called any more. */
  close(): void {
    this.#consumer = null
  }

  /** Applies the difference that a reading has found. */
  async apply(tracked: TrackedSource, diff: ListDiff): Promise<void> {
    tracked.departing = []
    if (diff.removed.length === 0 || !(await this.#isMoreToRead(tracked))) return this.#change(tracked, diff)
    tracked.departing = diff.removed
    this.#departWhenIdle(tracked, MAX_WAITS)
    await this.#change(tracked, { ...diff, removed: [] })
  }

  /** Has those sources read again that can be. */
  enqueue(wanted: (source: TrackedSource) => boolean): void {
    for (const tracked of this.#sources)
      if (tracked.source.reloadPolicy !== null && wanted(tracked)) this.#queue.enqueue(tracked.number)
  }

  async #change(tracked: TrackedSource, diff: Changes): Promise<void> {
    if (this.#consumer === null) return
    const { source, number } = tracked
    const applied = await applyDiff(diff, number, {
      ...this.#context,
      consumer: this.#consumer,
      makeRoom: () => this.#departNow(),
    })
    const text = summaryText(applied)
    if (text !== '') this.#log(`info: ${source.name}: ${text}`)
    // What the next sources say about what is handed over counts from now on, and what closed a cycle of parents may close none.
    const next = new Set(applied.handedOver.map((id) => this.#context.membership.firstIndex(id)))
    const mends = applied.changed + applied.removed > 0
    this.enqueue((one) => next.has(one.number) || (mends && one !== tracked && one.hasRefused))
  }

  /** Whether another source is to be read, or may be soon. */
  async #isMoreToRead(tracked: TrackedSource): Promise<boolean> {
    return this.#queue.hasOthers(tracked.number) || (await this.#isOtherChanging(tracked))
  }

  async #isOtherChanging(tracked: TrackedSource): Promise<boolean> {
    const others = this.#sources.filter((one) => one !== tracked)
    return (await Promise.all(others.map((one) => one.hasChanged()))).includes(true)
  }

  /** Its URLs go when the queue is empty, unless it is read again before. */
  #departWhenIdle(tracked: TrackedSource, waits: number): void {
    this.#queue.lastly(async () => {
      if (tracked.departing.length === 0) return
      if (waits > 0 && (await this.#isOtherChanging(tracked))) {
        setTimeout(() => this.#departWhenIdle(tracked, waits - 1), WAIT_MS).unref()
        return
      }
      await this.#depart(tracked)
    })
  }

  async #departNow(): Promise<void> {
    for (const tracked of this.#sources) if (tracked.departing.length > 0) await this.#depart(tracked)
  }

  #depart(tracked: TrackedSource): Promise<void> {
    const { departing: removed } = tracked
    tracked.departing = []
    return this.#change(tracked, { added: [], joined: [], changed: [], removed })
  }
}

type Changes = Pick<ListDiff, 'added' | 'joined' | 'changed' | 'removed'>
