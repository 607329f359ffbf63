import { StoreError } from '../sqlite/store-error.ts'
import { HistoryFile } from './history-file.ts'
import type { HistoryOptions } from './history-file.ts'
import { blockOf } from './resolutions.ts'
import type { IncidentPage, IncidentQuery } from './incidents.ts'
import { listedSpans } from './listed-spans.ts'
import { visitLastStates } from './last-states.ts'
import type { LastState } from './last-states.ts'
import type { MaintenanceUrls } from './maintenance-urls.ts'
import type { RecordedPoll } from './latest-polls.ts'
import type { PollBatch } from './poll-batch.ts'
import type { Series } from './series.ts'
import type { DescribePoll } from './session.ts'
import type { Span } from './spans.ts'
import type { Uptime } from './uptime.ts'
import type { HistoryUrl, StoredUrl } from './url-table.ts'

/** URLs that one transaction adds: its pages have to fit the write-ahead log. */
const URLS_PER_TRANSACTION = 10_000

/**
 * What was: incidents, sums, the latest polls, in one SQLite file. It knows no messages and may live in any thread.
 *
 * Methods that write throw a StoreError. After `damaged` or `removed` the history is closed; open a new one. After any other, it can
 * still be read, polls since the last flush are lost (`dropped` counts them), and `flush` tries again every ten seconds.
 */
export class History {
  readonly #file: HistoryFile
  readonly #now: () => number

  /** Opens a file, or ':memory:'. Throws a StoreError for one that is in use, of a newer headcount, no history or not to be opened. */
  static open(file: string, options: HistoryOptions): History {
    try {
      return new History(file, options)
    } catch (error) {
      if (!(error instanceof StoreError) || error.fault !== 'damaged') throw error
      options.warn(`${error.message}, and a new one begins`)
      return new History(file, options)
    }
  }

  private constructor(file: string, options: HistoryOptions) {
    this.#now = options.now
    this.#file = new HistoryFile(file, options)
  }

  /** Polls that were recorded and are lost, because they could not be written. */
  get dropped(): number {
    return this.#file.dropped
  }

  /** Why the last write failed; null if it did not. */
  get failure(): Error | null {
    return this.#file.failure
  }

  /** What it takes, on the disk or in memory, in bytes, with the write-ahead log. */
  get size(): number {
    return this.#file.size
  }

  /** Whether any URL was in the list when the file was last written. */
  get knowsUrls(): boolean {
    return this.#file.read((_session, db) => !listedSpans(db).next().done)
  }

  /** The ids of URLs, in their order, new ones for those that have none. They never change, and no other URL ever gets them. */
  urls(list: readonly HistoryUrl[]): Uint32Array {
    const ids = new Uint32Array(list.length)
    for (let from = 0; from < list.length; from += URLS_PER_TRANSACTION)
      this.#file.write((session) => {
        const some = session.urls.add(list.slice(from, from + URLS_PER_TRANSACTION))
        for (const id of some) this.#file.urls.listed.add(id)
        ids.set(some, from)
        session.bound.enforce()
      })
    return ids
  }

  /** URLs have left the list, at a time in ms since the epoch. They keep their history, and count as not watched from then on. */
  leave(ids: Iterable<number>, at: number): void {
    this.#file.write((session) => {
      for (const id of ids) {
        session.leave(id, at)
        this.#file.urls.listed.remove(id)
      }
    })
  }

  /** Records polls. They are written by the next `flush`. `seen`: what was seen at a poll of the batch, asked for polls that change something. */
  record(batch: PollBatch, seen?: DescribePoll): void {
    this.#file.record(batch, seen)
  }

  /** Records what is known of URLs without a poll: it begins and ends incidents, and is in no sum. */
  observe(batch: PollBatch, seen?: DescribePoll): void {
    this.#file.record(batch, seen, false)
  }

  /** The last poll of a URL has used this method. Call it when that changes; HEAD is what is assumed. */
  setMethod(id: number, method: string): void {
    this.#file.change((session) => session.methods.set(id, method))
  }

  /** Whether each of these URLs is in maintenance from a time in ms since the epoch on. It stays so until it is told again. */
  maintain(urls: Iterable<readonly [id: number, isIn: boolean]>, at: number): void {
    const { maintenance } = this.#file.urls
    this.#change(
      [...urls].flatMap(([id, isIn]) => (maintenance.has(id) === isIn ? [] : id)),
      at,
    )
  }

  /** The same of all URLs that ever were in the list, by their labels. */
  maintainAll(isIn: (labels: string) => boolean, at: number): void {
    const { maintenance } = this.#file.urls
    const changed: number[] = []
    this.#file.read(({ urls }) => {
      for (const [id, labels] of urls.labels()) if (maintenance.has(id) !== isIn(labels)) changed.push(id)
    })
    this.#change(changed, at)
  }

  #change(ids: readonly number[], at: number): void {
    if (ids.length === 0) return
    const { maintenance } = this.#file.urls
    this.#file.change((session) => {
      session.watched.see(this.#now())
      session.maintained.begin()
    })
    for (const id of ids) maintenance.set(id, !maintenance.has(id))
    this.#file.change((session) => session.maintained.change(new Set(ids.map(blockOf)), at))
  }

  /** The URLs that are in maintenance now. */
  get maintenance(): Pick<MaintenanceUrls, 'has' | 'isEmpty'> {
    return this.#file.urls.maintenance
  }

  /** When the file was last written by an earlier run, or the clock was last seen, in ms since the epoch. */
  get latest(): number {
    return this.#file.read(({ watched }) => watched.latest)
  }

  /**
   * Writes what was recorded, and that headcount ran until now; call it every two seconds. It also writes the sums of buckets that are
   * over, some at a time.
   */
  flush(): void {
    this.#file.flush()
  }

  /** A stored URL; null for an unknown id. */
  url(id: number): StoredUrl | null {
    return this.#file.read(({ urls }) => urls.get(id))
  }

  /** The id of a URL by its key; null if it was never in a list. */
  find(key: string): number | null {
    return this.#file.read(({ urls }) => urls.find(key))
  }

  /** Sums of a URL between two times in ms since the epoch, in buckets of `step` ms: at least five minutes. */
  series(id: number, from: number, to: number, step: number): Series {
    return this.#file.read(({ series }) => series.read(id, from, to, step))
  }

  /** How long a URL was up, down and so on between two times in ms since the epoch. */
  uptime(id: number, from: number, to: number): Uptime {
    return this.#file.read(({ uptime }) => uptime.read(id, from, to))
  }

  /** When a URL was in maintenance, as far as that touches a time in ms since the epoch, in order. */
  maintained(id: number, from: number, to: number): Span[] {
    return this.#file.read(({ maintenance }) => maintenance.read(id, from, to))
  }

  /** Incidents, the latest first. Throws a RangeError for a cursor that no page gave. */
  incidents(query: IncidentQuery): IncidentPage {
    return this.#file.read(({ incidents }) => incidents.read(query))
  }

  /** The latest polls of a URL, at most `limit`, the latest first. */
  polls(id: number, limit: number): RecordedPoll[] {
    return this.#file.read(({ latest }) => latest.read(id, limit))
  }

  /** Calls `visit` with what was last known of each URL that was in the list when the file was last written. */
  lastStates(visit: (state: LastState) => void): void {
    this.#file.read(({ states, reasons, methods }, db) =>
      visitLastStates(db, states, reasons, methods, visit),
    )
  }

  /** Writes what was recorded, and closes the file. */
  close(): void {
    this.#file.close()
  }
}
