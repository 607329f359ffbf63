import { setImmediate } from 'node:timers/promises'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import { serializeLabels } from '../targets/serialize-labels.ts'
import { ListError } from '../targets/read-targets.ts'
import type { Target } from '../targets/target.ts'
import { apply, summaryText } from './apply-diff.ts'
import type { ListConsumer } from './apply-diff.ts'
import { Complaints, combineErrors } from './list-errors.ts'
import { Membership, bitIndexOf } from './membership.ts'
import { BoundedProfiles } from './bounded-profiles.ts'
import type { ProfileRegistry } from '../settings/profiles.ts'
import { isRemote, ReadAhead } from './read-ahead.ts'
import { ListComparison } from './list-comparison.ts'
import { ReloadQueue } from './reload-queue.ts'
import type { ListDiff } from './list-comparison.ts'
import type { Source, SourceRead } from './source.ts'
import { sourceFingerprint, SourceWatcher } from './source-watcher.ts'

/** How the first reading went. */
export interface FirstReading {
  /** Targets whose URL was on the list already. */
  readonly duplicates: number
  /** Targets that can't be polled, each of which was said. */
  readonly complaints: number
  /** Resources whose URL is https. */
  readonly secure: number
}

/** The lists as they are now, in the order in which they were given: of several that name a URL, the first holds. */
export class LiveLists {
  readonly #sources: readonly Source[]
  readonly #table: ResourceTable
  readonly #profiles: BoundedProfiles
  readonly #allowShrink: boolean
  #log: (line: string) => void
  readonly #membership = new Membership()
  /** What the last look at each file saw before it was read. */
  readonly #fingerprints: string[]
  readonly #endsWithNewline: boolean[]
  /** Why each could not be read the last time; '' when it could. */
  readonly #lastErrors: string[]
  readonly #queue: ReloadQueue
  #watcher: SourceWatcher | null = null
  #consumer: ListConsumer | null = null
  /** To be read again as soon as there is an owner. */
  #reloadRequested = false

  /** `say` is called with lines for standard error, without their line breaks. */
  constructor(
    sources: readonly Source[],
    to: { readonly table: ResourceTable; readonly profiles: ProfileRegistry },
    { allowShrink }: { readonly allowShrink: boolean },
    log: (line: string) => void,
  ) {
    this.#sources = sources
    this.#table = to.table
    this.#profiles = new BoundedProfiles(to.profiles, (line) => this.#log(line))
    this.#allowShrink = allowShrink
    this.#log = log
    this.#fingerprints = sources.map(() => '')
    this.#endsWithNewline = sources.map(() => true)
    this.#lastErrors = sources.map(() => '')
    this.#queue = new ReloadQueue(sources, (number, read) => this.#readAgain(number, read))
  }

  /** Whether any of them can be read again. */
  get canChange(): boolean {
    return this.#sources.some(({ reloadPolicy }) => reloadPolicy !== null)
  }

  /** Whether they hold more sets of options of URLs than are taken, which was said. */
  get hasTooManySettings(): boolean {
    return this.#profiles.exceeded
  }

  /**
   * Reads all of them into the table, those from servers at the same time. Rejects with a ListError when one that can't wait can't be
   * read: of those from servers, it tells each.
   */
  async readFirst(): Promise<FirstReading> {
    let duplicates = 0
    let complaints = 0
    let secure = 0
    const failed: ListError[] = []
    const ahead = new ReadAhead()
    const reads = this.#sources.map((source): Source['read'] =>
      isRemote(source) ? ahead.start(source).read : (sink) => source.read(sink),
    )
    for (const [source, from] of this.#sources.entries()) {
      if (failed.length > 0 && !isRemote(from)) continue
      const invalid = (line: string) => {
        complaints++
        this.#log(line)
      }
      const target = (one: Target) => {
        if (!this.#addFirst(one, source)) duplicates++
        else if (one.url.startsWith('https:')) secure++
      }
      this.#fingerprints[source] = await sourceFingerprint(from.reloadPolicy)
      try {
        const read = reads[source] as Source['read']
        this.#endsWithNewline[source] = (await read({ target, invalid })).endsWithNewline
      } catch (error) {
        if (!(error instanceof ListError)) throw error
        this.#lastErrors[source] = error.message
        if (from.optionalAtStart) {
          this.#log(`${error.message}; it is tried again`)
          continue
        }
        failed.push(error)
        // What is asked of servers already may fail too; nothing else is begun.
        if (!isRemote(from)) break
      }
    }
    if (failed.length > 0) throw combineErrors(failed)
    return { duplicates, complaints, secure }
  }

  /** From now on changes of the lists are told to their owner, who polls them, and lines go to `say`. */
  follow(consumer: ListConsumer, log: (line: string) => void): void {
    this.#log = log
    this.#consumer = consumer
    const watched = this.#sources.map(({ reloadPolicy }) => reloadPolicy)
    this.#watcher = new SourceWatcher(
      watched,
      (source) => this.#fingerprints[source] as string,
      (source) => this.#queue.enqueue(source),
    )
    if (this.#reloadRequested) void this.readAgain()
  }

  /** Reads again all that can be, once there is an owner; resolves when that is done. */
  readAgain(): Promise<void> {
    this.#reloadRequested = this.#consumer === null
    if (this.#reloadRequested) return Promise.resolve()
    for (const [source, { reloadPolicy }] of this.#sources.entries()) {
      if (reloadPolicy === null) continue
      this.#lastErrors[source] = ''
      this.#queue.enqueue(source)
    }
    return this.#queue.idle()
  }

  /** Tells nothing more. */
  close(): void {
    this.#watcher?.close()
    this.#consumer = null
  }

  /** Says whether it was new. */
  #addFirst({ url, overrides, labels }: Target, source: number): boolean {
    const id = this.#table.add(url)
    if (id === null) {
      this.#membership.add(this.#table.find(url) as ResourceId, source)
      return false
    }
    this.#membership.add(id, source)
    if (overrides !== null) this.#table.setProfile(id, this.#profiles.acquire(overrides))
    if (labels !== null) this.#table.setLabels(id, serializeLabels(labels))
    return true
  }

  async #readAgain(number: number, readAll: Source['read']): Promise<void> {
    const source = this.#sources[number] as Source
    const seen = await sourceFingerprint(source.reloadPolicy)
    const reading = new ListComparison(
      this.#table,
      this.#membership,
      number,
      (id, { overrides }) => this.#profiles.numberOf(overrides) !== this.#table.profile(id),
    )
    const complaints = new Complaints()
    let read: SourceRead
    try {
      read = await readAll({
        target: (target) => reading.target(target),
        acceptKnown: (line) => reading.known(line),
        invalid: (line) => complaints.add(line),
      })
    } catch (error) {
      if (!(error instanceof ListError)) throw error
      this.#fingerprints[number] = seen
      return this.#reject(number, error.message)
    }
    // It changed while it was read: the next look at it tells when it is at rest.
    if ((await sourceFingerprint(source.reloadPolicy)) !== seen) return
    this.#fingerprints[number] = seen
    const difference = await reading.diff(setImmediate)
    const why = this.#rejectReason(number, difference, read)
    if (why !== null) return this.#reject(number, `${source.name}: ${why}`)
    if (this.#lastErrors[number] !== '') this.#log(`${source.name}: it is good again`)
    this.#lastErrors[number] = ''
    this.#endsWithNewline[number] = read.endsWithNewline
    for (const line of complaints.lines) this.#log(line)
    await this.#apply(number, difference)
  }

  /** Why a list that could be read is not taken over; null: it is. */
  #rejectReason(
    number: number,
    { countBefore, countNow }: ListDiff,
    { endsWithNewline }: SourceRead,
  ): string | null {
    if (!endsWithNewline && this.#endsWithNewline[number])
      return 'its last line has no end: it may be half written'
    if (countNow * 2 >= countBefore || this.#allowShrink) return null
    return `it names ${countNow} URLs and has named ${countBefore}: a list that shrinks by more than half needs --allow-shrink`
  }

  /** Said once, not at each try. */
  #reject(number: number, why: string): void {
    if (this.#lastErrors[number] === why) return
    this.#lastErrors[number] = why
    this.#log(`${why}; its ${this.#membership.count(number)} URLs of before are polled on`)
  }

  async #apply(number: number, difference: ListDiff): Promise<void> {
    const consumer = this.#consumer
    if (consumer === null) return
    const to = { table: this.#table, profiles: this.#profiles, membership: this.#membership, consumer }
    const applied = await apply(difference, number, to)
    const text = summaryText(applied)
    if (text !== '') this.#log(`${this.#sources[number]?.name}: ${text}`)
    this.#rereadNext(applied.handedOver)
  }

  /** What other sources say of Resources holds now that one before them says nothing of these any more. */
  #rereadNext(ids: readonly ResourceId[]): void {
    const next = new Set(ids.map((id) => this.#membership.firstIndex(id)))
    for (const [source, { reloadPolicy }] of this.#sources.entries())
      if (reloadPolicy !== null && next.has(bitIndexOf(source))) this.#queue.enqueue(source)
  }
}
