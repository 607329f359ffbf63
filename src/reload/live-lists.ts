import { setImmediate } from 'node:timers/promises'
import type { ResourceId, Url } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { ProfileRegistry } from '../settings/profiles.ts'
import { ListError } from '../targets/read-targets.ts'
import { BoundedProfiles } from './bounded-profiles.ts'
import { firstTargets, readSources } from './first-reading.ts'
import type { FirstReading } from './first-reading.ts'
import { ListChanges } from './list-changes.ts'
import { ListComparison } from './list-comparison.ts'
import type { ListConsumer } from './list-consumer.ts'
import type { ListOptions } from './list-options.ts'
import { InvalidLines } from './list-errors.ts'
import { Membership } from './membership.ts'
import { ParentFaults } from './parent-faults.ts'
import { keptText, rejectReason } from './reject-reason.ts'
import type { Reading } from './read-ahead.ts'
import { ReloadQueue } from './reload-queue.ts'
import type { Source, SourceRead } from './source.ts'
import { sourceFingerprint, SourceWatcher } from './source-watcher.ts'
import { FirstReadings, TrackedSource } from './tracked-source.ts'

/** All sources of URLs, and the changes of those that can be read again. If several name a URL, the first of them counts. */
export class LiveLists {
  readonly #sources: readonly TrackedSource[]
  readonly #table: ResourceTable
  readonly #profiles: BoundedProfiles
  readonly #parentFaults: ParentFaults
  readonly #options: ListOptions
  #log: (line: string) => void
  readonly #membership: Membership
  /** Where each URL is listed; null: nobody shows it. Bounded by the list. */
  readonly places: Map<ResourceId, string> | null
  /** Whether each source was read once. */
  readonly readings: FirstReadings
  readonly #queue: ReloadQueue
  #watcher: SourceWatcher | null = null
  readonly #changes: ListChanges
  /** Resolves when `follow` or `close` is called. */
  readonly #begun = Promise.withResolvers<void>()

  /** `log` takes lines for standard error, without line breaks. */
  constructor(
    sources: readonly Source[],
    to: { readonly table: ResourceTable; readonly profiles: ProfileRegistry },
    options: ListOptions,
    log: (line: string) => void,
  ) {
    this.#sources = sources.map((source, number) => new TrackedSource(source, number))
    this.#membership = new Membership(sources.length)
    this.readings = new FirstReadings(this.#sources)
    this.#table = to.table
    this.#profiles = new BoundedProfiles(to.profiles, (line) => this.#log(line), options.check)
    this.#parentFaults = new ParentFaults(to.table, to.profiles)
    this.#options = options
    this.places = options.places === true ? new Map() : null
    this.#log = log
    this.#queue = new ReloadQueue(sources, (number, reading) => this.#reload(number, reading))
    this.#changes = new ListChanges(this.#sources, this.#queue, {
      table: to.table,
      profiles: this.#profiles,
      membership: this.#membership,
    })
  }

  /** Whether any source can be read again. */
  get canChange(): boolean {
    return this.#options.once !== true && this.#sources.some(({ source }) => source.reloadPolicy !== null)
  }

  /** How many targets of the sources are invalid, as they were read last. */
  get invalid(): number {
    return this.#sources.reduce((sum, { invalid }) => sum + invalid, 0)
  }

  /** How many sources were read last without being taken: what was read before stays in use. */
  get refused(): number {
    return this.#sources.filter(({ lastError }) => lastError !== '').length
  }

  /** Whether the sources have more different sets of URL settings than are allowed. It was reported. */
  get hasTooManySettings(): boolean {
    return this.#profiles.exceeded
  }

  /** Reads all sources into the table. Rejects with a ListError when one of them can't be read: see `readSources`. */
  readFirst(): Promise<FirstReading> {
    return readSources(
      this.#sources,
      firstTargets(this.#table, this.#profiles, this.#membership, this.places),
      (target) => this.#parentFaults.atStart(target),
      (line) => this.#log(line),
      this.#options.refusesInvalid === true,
    )
  }

  /** From now on, reads sources again when they change, and passes the differences to `consumer` and lines to `log`. */
  follow(consumer: ListConsumer, log: (line: string) => void): void {
    this.#log = log
    this.#changes.follow(consumer, log)
    this.#watcher = new SourceWatcher(
      this.#sources.map(({ source }) => source.reloadPolicy),
      (number) => (this.#sources[number] as TrackedSource).fingerprint,
      (number) => void this.#changed(number),
    )
    this.#begun.resolve()
  }

  /** Reads every source again that can be, once `follow` was called. Resolves, when that is done, with why each one was not taken that was not. */
  async readAgain(): Promise<string[]> {
    if (!this.canChange) return []
    await this.#begun.promise
    if (!this.#changes.isFollowed) return ['the lists are not read again, since the run ends']
    for (const tracked of this.#sources) tracked.lastError = ''
    this.#changes.enqueue(() => true)
    await this.#queue.idle()
    return this.#sources.map(({ problem }) => problem).filter((problem) => problem !== '')
  }

  /** Stops watching. The consumer is not called any more. */
  close(): void {
    this.#watcher?.close()
    this.#watcher = null
    this.#changes.close()
    this.#begun.resolve()
  }

  /** A source has changed. The configuration that it belongs to is read before it, if that has changed too. */
  async #changed(number: number): Promise<void> {
    const config = this.#sources.find(({ source }) => source.isConfig === true)
    const belongs = 'also' in (this.#sources[number]?.source.reloadPolicy ?? {})
    if (belongs && (await config?.hasChanged()) === true) this.#changes.enqueue((one) => one === config)
    this.#queue.enqueue(number)
  }

  async #reload(number: number, { before, read: readAll }: Reading): Promise<void> {
    const tracked = this.#sources[number] as TrackedSource
    const { source } = tracked
    const fingerprint = await before()
    const comparison = new ListComparison(
      this.#table,
      this.#membership,
      number,
      (id, { overrides }) => this.#profiles.numberOf(overrides) !== this.#table.profile(id),
    )
    const invalidLines = new InvalidLines()
    let read: SourceRead
    tracked.hasRefused = false
    try {
      read = await readAll({
        target: (target) => comparison.target(target),
        acceptKnown: (line) =>
          this.#parentFaults.canBeBare(line as Url, comparison) && comparison.known(line),
        refuse: (target) => tracked.refuse(this.#parentFaults.onReload(target, comparison)),
        invalid: (line) => invalidLines.add(line),
      })
    } catch (error) {
      if (!(error instanceof ListError)) throw error
      tracked.failed(fingerprint)
      this.#watcher?.retry(number)
      return this.#reject(tracked, error.message)
    }
    // If it has changed during the reading, the watcher has it read again when it changes no more.
    tracked.isBeingWritten = (await sourceFingerprint(source.reloadPolicy)) !== fingerprint
    if (tracked.isBeingWritten) return
    tracked.fingerprint = fingerprint
    const diff = await comparison.diff(setImmediate)
    const why = rejectReason(tracked, diff, read, this.#options.allowShrink)
    if (why !== null) return this.#reject(tracked, `${source.name}: ${why}`)
    if (tracked.lastError !== '') this.#log(`info: ${source.name}: it is valid again`)
    tracked.accepted(read.endsWithNewline, invalidLines.count)
    read.take?.()
    for (const line of invalidLines.lines) this.#log(line)
    if (read.notice !== undefined) this.#log(read.notice)
    await this.#changes.apply(tracked, diff)
    if (read.accept !== undefined) this.#queue.whenIdle(read.accept)
    tracked.taken()
    if (source.isConfig === true) this.#changes.enqueue(({ source: other }) => other.isStale?.() === true)
  }

  /** Reports why a reading is rejected, unless the one before was rejected for the same reason. */
  #reject(tracked: TrackedSource, why: string): void {
    if (tracked.lastError === why) return
    tracked.lastError = why
    this.#log(`${why}; ${keptText(tracked.source, this.#membership.count(tracked.number))}`)
  }
}
