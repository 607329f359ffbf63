import { setImmediate } from 'node:timers/promises'
import type { ResourceId } from '../resource/resource.ts'
import type { ResourceTable } from '../resource/table.ts'
import { serializeLabels } from '../targets/labels.ts'
import { ListError } from '../targets/read.ts'
import type { Target } from '../targets/target.ts'
import { apply, textOf } from './apply.ts'
import type { Owner } from './apply.ts'
import { Complaints, together } from './complaints.ts'
import { Membership, placeOf } from './membership.ts'
import { EnoughProfiles } from './profile-numbers.ts'
import type { ProfileNumbers } from './profile-numbers.ts'
import { isRemote, ReadAhead } from './read-ahead.ts'
import { Reading } from './reading.ts'
import { ReadingQueue } from './reading-queue.ts'
import type { Difference } from './reading.ts'
import type { Source, SourceRead } from './source.ts'
import { seenOf, Watch } from './watch.ts'

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
  readonly #profiles: EnoughProfiles
  readonly #allowShrink: boolean
  #say: (line: string) => void
  readonly #membership = new Membership()
  /** What the last look at each file saw before it was read. */
  readonly #seen: string[]
  readonly #whole: boolean[]
  /** Why each could not be read the last time; '' when it could. */
  readonly #failed: string[]
  readonly #queue: ReadingQueue
  #watch: Watch | null = null
  #owner: Owner | null = null
  /** To be read again as soon as there is an owner. */
  #asked = false

  /** `say` is called with lines for standard error, without their line breaks. */
  constructor(
    sources: readonly Source[],
    to: { readonly table: ResourceTable; readonly profiles: ProfileNumbers },
    { allowShrink }: { readonly allowShrink: boolean },
    say: (line: string) => void,
  ) {
    this.#sources = sources
    this.#table = to.table
    this.#profiles = new EnoughProfiles(to.profiles, (line) => this.#say(line))
    this.#allowShrink = allowShrink
    this.#say = say
    this.#seen = sources.map(() => '')
    this.#whole = sources.map(() => true)
    this.#failed = sources.map(() => '')
    this.#queue = new ReadingQueue(sources, (number, read) => this.#readAgain(number, read))
  }

  /** Whether any of them can be read again. */
  get canChange(): boolean {
    return this.#sources.some(({ again }) => again !== null)
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
      isRemote(source) ? ahead.begin(source).read : (sink) => source.read(sink),
    )
    for (const [source, from] of this.#sources.entries()) {
      if (failed.length > 0 && !isRemote(from)) continue
      const invalid = (line: string) => {
        complaints++
        this.#say(line)
      }
      const target = (one: Target) => {
        if (!this.#first(one, source)) duplicates++
        else if (one.url.startsWith('https:')) secure++
      }
      this.#seen[source] = await seenOf(from.again)
      try {
        const read = reads[source] as Source['read']
        this.#whole[source] = (await read({ target, invalid })).endsWithNewline
      } catch (error) {
        if (!(error instanceof ListError)) throw error
        this.#failed[source] = error.message
        if (from.canWait) {
          this.#say(`${error.message}; it is tried again`)
          continue
        }
        failed.push(error)
        // What is asked of servers already may fail too; nothing else is begun.
        if (!isRemote(from)) break
      }
    }
    if (failed.length > 0) throw together(failed)
    return { duplicates, complaints, secure }
  }

  /** From now on changes of the lists are told to their owner, who polls them, and lines go to `say`. */
  follow(owner: Owner, say: (line: string) => void): void {
    this.#say = say
    this.#owner = owner
    const watched = this.#sources.map(({ again }) => again)
    this.#watch = new Watch(
      watched,
      (source) => this.#seen[source] as string,
      (source) => this.#queue.ask(source),
    )
    if (this.#asked) void this.readAgain()
  }

  /** Reads again all that can be, once there is an owner; resolves when that is done. */
  readAgain(): Promise<void> {
    this.#asked = this.#owner === null
    if (this.#asked) return Promise.resolve()
    for (const [source, { again }] of this.#sources.entries()) {
      if (again === null) continue
      this.#failed[source] = ''
      this.#queue.ask(source)
    }
    return this.#queue.idle()
  }

  /** Tells nothing more. */
  close(): void {
    this.#watch?.close()
    this.#owner = null
  }

  /** Says whether it was new. */
  #first({ url, overrides, labels }: Target, source: number): boolean {
    const id = this.#table.add(url)
    if (id === null) {
      this.#membership.add(this.#table.find(url) as ResourceId, source)
      return false
    }
    this.#membership.add(id, source)
    if (overrides !== null) this.#table.setProfile(id, this.#profiles.take(overrides))
    if (labels !== null) this.#table.setLabels(id, serializeLabels(labels))
    return true
  }

  async #readAgain(number: number, readAll: Source['read']): Promise<void> {
    const source = this.#sources[number] as Source
    const seen = await seenOf(source.again)
    const reading = new Reading(
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
      this.#seen[number] = seen
      return this.#refuse(number, error.message)
    }
    // It changed while it was read: the next look at it tells when it is at rest.
    if ((await seenOf(source.again)) !== seen) return
    this.#seen[number] = seen
    const difference = await reading.difference(setImmediate)
    const why = this.#whyNot(number, difference, read)
    if (why !== null) return this.#refuse(number, `${source.name}: ${why}`)
    if (this.#failed[number] !== '') this.#say(`${source.name}: it is good again`)
    this.#failed[number] = ''
    this.#whole[number] = read.endsWithNewline
    for (const line of complaints.lines) this.#say(line)
    await this.#apply(number, difference)
  }

  /** Why a list that could be read is not taken over; null: it is. */
  #whyNot(number: number, { before, now }: Difference, { endsWithNewline }: SourceRead): string | null {
    if (!endsWithNewline && this.#whole[number]) return 'its last line has no end: it may be half written'
    if (now * 2 >= before || this.#allowShrink) return null
    return `it names ${now} URLs and has named ${before}: a list that shrinks by more than half needs --allow-shrink`
  }

  /** Said once, not at each try. */
  #refuse(number: number, why: string): void {
    if (this.#failed[number] === why) return
    this.#failed[number] = why
    this.#say(`${why}; its ${this.#membership.count(number)} URLs of before are polled on`)
  }

  async #apply(number: number, difference: Difference): Promise<void> {
    const owner = this.#owner
    if (owner === null) return
    const to = { table: this.#table, profiles: this.#profiles, membership: this.#membership, owner }
    const applied = await apply(difference, number, to)
    const text = textOf(applied)
    if (text !== '') this.#say(`${this.#sources[number]?.name}: ${text}`)
    this.#hearNext(applied.handed)
  }

  /** What other sources say of Resources holds now that one before them says nothing of these any more. */
  #hearNext(ids: readonly ResourceId[]): void {
    const next = new Set(ids.map((id) => this.#membership.first(id)))
    for (const [source, { again }] of this.#sources.entries())
      if (again !== null && next.has(placeOf(source))) this.#queue.ask(source)
  }
}
