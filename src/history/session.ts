import { BlobTables } from './blob-tables.ts'
import { IncidentBook } from './incident-book.ts'
import { Journal } from './journal.ts'
import { OpenBuckets } from './open-buckets.ts'
import { IncidentReader } from './incidents.ts'
import { LatestPolls } from './latest-polls.ts'
import { encodeDuration, encodePhase } from './duration-code.ts'
import { PHASES } from './poll-batch.ts'
import type { PollBatch } from './poll-batch.ts'
import { answerWord, BLOCK, localOf, offsetOf, phasesWord, placeWord, WORDS } from './poll-words.ts'
import type { ListedUrls } from './listed-urls.ts'
import { MaintenanceBook } from './maintenance-book.ts'
import { MaintenanceReader } from './maintenance-reader.ts'
import type { MaintenanceUrls } from './maintenance-urls.ts'
import { ReasonCodes } from './reason-codes.ts'
import { blockOf, BUCKET_MS } from './resolutions.ts'
import type { Database } from '../sqlite/database.ts'
import { SizeBound } from './size-bound.ts'
import { SeriesReader } from './series.ts'
import { Summing } from './summing.ts'
import { UptimeReader } from './uptime.ts'
import { UrlMethods } from './url-methods.ts'
import { UrlStates } from './url-states.ts'
import { countedUntil, readStates } from './read-states.ts'
import { UrlTable } from './url-table.ts'
import { MAX_SET_BACK_MS, WatchedSpans } from './watched-spans.ts'

/** Describes a poll of a batch, for people. It is called for polls that are changes. */
export type DescribePoll = (index: number) => string

/** How a session writes. */
export interface SessionOptions {
  /** Not in memory, where nothing outlives the process. */
  readonly isJournaled: boolean
  /** In bytes. */
  readonly sizeLimit: number
  readonly blocksPerFlush: number
  readonly listed: ListedUrls
  readonly maintenance: MaintenanceUrls
}

const NOTHING: DescribePoll = () => ''

/** What a file says, in memory, and what is to be written to it. After a failed transaction, a new one is made from the file. */
export class Session {
  readonly urls: UrlTable
  readonly states = new UrlStates()
  readonly watched: WatchedSpans
  readonly reasons: ReasonCodes
  readonly methods: UrlMethods
  readonly open = new OpenBuckets()
  readonly tables: BlobTables
  readonly series: SeriesReader
  readonly maintenance: MaintenanceReader
  readonly maintained: MaintenanceBook
  readonly uptime: UptimeReader
  readonly incidents: IncidentReader
  readonly latest: LatestPolls
  readonly bound: SizeBound
  readonly #journal: Journal
  readonly #book: IncidentBook
  readonly #summing: Summing
  readonly #phases = new Uint8Array(PHASES)
  /** Whether polls are recorded: not for a history that is only read. */
  #isWatching = false
  /** In ms since the epoch. Incidents of earlier runs end no later than this. */
  readonly #lastWrittenAt: number
  /** The number of the flush that will write what is recorded now. */
  #seq: number

  /** Within a transaction. Throws if the file is damaged. */
  constructor(db: Database, { isJournaled, sizeLimit, blocksPerFlush, listed, maintenance }: SessionOptions) {
    this.tables = new BlobTables(db)
    this.bound = new SizeBound(db, this.tables, listed, sizeLimit)
    this.urls = new UrlTable(db)
    this.watched = new WatchedSpans(db)
    this.reasons = new ReasonCodes(db)
    this.methods = new UrlMethods(db)
    this.#journal = new Journal(db, isJournaled)
    this.#book = new IncidentBook(db, this.states)
    this.#summing = new Summing(this.tables, this.#journal, this.#book, blocksPerFlush)
    this.series = new SeriesReader(this.tables, this.open)
    this.maintenance = new MaintenanceReader(db)
    this.uptime = new UptimeReader(db, this.watched, this.maintenance)
    this.incidents = new IncidentReader(db, this.reasons, this.states, this.maintenance)
    this.latest = new LatestPolls(this.tables, this.open, this.reasons)
    this.#seq = this.watched.lastSeq() + 1
    this.#lastWrittenAt = this.watched.latest
    this.maintained = new MaintenanceBook(db, maintenance, this.watched)
    this.ensureIds()
    readStates(db, this.states)
    this.#replay(db)
  }

  /** Makes room for all ids of the table of URLs. */
  ensureIds(): void {
    this.states.ensureCapacity(this.urls.maxId() + 1)
  }

  /**
   * Records a batch of polls. `isPolled`: false for what is known without a poll, which is in no sum. Returns how many polls were left out
   * because the clock was set back into a time that is already recorded.
   */
  record(batch: PollBatch, seen: DescribePoll = NOTHING, isPolled = true): number {
    const { lastAt } = this.states
    const { recordedUntil } = this.watched
    this.#isWatching = true
    let leftOut = 0
    const polls = isPolled ? 1 : 0
    for (let index = 0; index < batch.size; index++) {
      const url = batch.urls[index] as number
      const last = lastAt[url]
      if (last === undefined) throw new RangeError(`the history has no URL ${url}`)
      // Polls of a URL come in order; only a clock that was set back says otherwise.
      const polledAt = Math.round(batch.at[index] as number)
      if (polledAt < Math.max(last - MAX_SET_BACK_MS, recordedUntil)) {
        leftOut++
        continue
      }
      const at = Math.max(polledAt, last, this.#lastWrittenAt)
      lastAt[url] = at
      const verdict = batch.verdicts[index] as number
      const reason = this.reasons.ofIndex(batch.reasons[index] as number)
      const status = batch.statuses[index] as number
      if (isPolled) {
        this.watched.polled(at)
        this.#log(batch, index, url, at)
      }
      if (this.#book.isSame(url, verdict, reason, status, polls)) continue
      this.#book.change({ url, at, verdict, reason, status, polls, seen: seen(index) }, this.#seq)
    }
    return leftOut
  }

  #log(batch: PollBatch, index: number, url: number, at: number): void {
    const log = this.open.log(at, blockOf(url))
    const duration = encodeDuration(batch.durations[index] as number)
    for (let phase = 0; phase < PHASES; phase++)
      this.#phases[phase] = encodePhase(batch.phases[index * PHASES + phase] as number)
    log.add(
      placeWord(url % BLOCK, at % BUCKET_MS, batch.verdicts[index] as number),
      answerWord(duration, batch.statuses[index] as number),
      this.reasons.ofIndex(batch.reasons[index] as number),
      phasesWord(this.#phases),
    )
  }

  /** A URL has left the list, at a time in ms since the epoch. */
  leave(url: number, at: number): void {
    this.#book.leave(url, Math.max(Math.round(at), this.#lastWrittenAt), this.#seq)
  }

  /** Call before each commit: writes the journal and the heartbeat with it. */
  write(now: number): void {
    if (!this.#isWatching) return
    this.maintained.begin()
    const seq = this.#seq
    this.watched.beat(now, seq)
    this.#journal.write(this.open, seq)
    this.#book.writeFresh(seq)
  }

  get isWatching(): boolean {
    return this.#isWatching
  }

  /** Call at each flush: headcount runs. Also writes sums of buckets that are over: `all`, or a part of them at a time. */
  tick(now: number, all: boolean): void {
    this.#isWatching = true
    this.write(now)
    this.#summing.sum(this.open, now, this.#seq, all)
    this.bound.enforce()
  }

  /** Polls that a failure takes along, besides those that were never written: nothing else has them. */
  get unkept(): number {
    return this.#journal.isKept ? 0 : this.open.polls
  }

  /** What was written is committed. */
  committed(): void {
    this.#seq++
    this.open.committed()
  }

  /** Puts the polls of the journal into their buckets again, and counts those that no row of an incident has counted. */
  #replay(db: Database): void {
    const counted = countedUntil(db)
    this.#journal.replay((bucket, block, words, seq) => {
      this.open.log(bucket, block).addJournaled(words)
      for (let at = 0; at < words.length; at += WORDS) {
        const place = words[at] as number
        const url = block * BLOCK + localOf(place)
        this.states.lastAt[url] = Math.max(this.states.lastAt[url] ?? 0, bucket + offsetOf(place))
        // Any poll after the last row of an open incident is one of that row: else it would have made another.
        if (seq > (counted.get(url) ?? Infinity)) this.#book.count(url)
      }
    })
  }
}
