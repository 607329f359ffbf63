import { setImmediate as nextTurn } from 'node:timers/promises'
import { summaryLine } from '../print/text/json.ts'
import { PollWindow } from '../print/text/poll-window.ts'
import type { PollFigures } from '../print/text/poll-window.ts'
import type { Printer } from '../print/text/printer.ts'
import type { Summary } from '../print/text/summary.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import { LatestPolls } from '../state/latest-polls.ts'
import type { ShownState } from '../state/shown-state.ts'
import type { StateMap } from '../state/state-map.ts'
import { ChangeLog } from './change-log.ts'
import { findUrls, joinParts, placeBefore } from './find-urls.ts'
import { urlMatcher } from './match-url.ts'
import { RecentPolls } from './recent-polls.ts'
import { RowList } from './row-list.ts'
import type { FoundUrls, UrlFilter, UrlSearch } from './url-query.ts'
import { urlStates } from './url-states.ts'
import type { UrlStates } from './url-states.ts'

/** A part of a search takes this long, in ms, so that other work of the monitor is not late. */
const PART_MS = 5

/** A search is answered after this long, in ms, also if it has not ended: other questions wait for the answer. */
const QUESTION_MS = 25

/** A summary is made at most this often, in ms: its rates are those since the one before. */
const SUMMARY_INTERVAL_MS = 2_000

/** Some URLs in JSON. */
export interface UrlRows {
  /** An object each. URLs that have left the lists, or no longer meet the conditions, are left out. */
  readonly rows: readonly string[]
  /** How many of the ids these are, from the first on. */
  readonly used: number
}

/** A place in the changes. Another monitor has another epoch. */
export interface Position {
  readonly epoch: string
  readonly number: number
}

/** The state of the whole list in JSON, and the place in the changes at that time. */
export interface SummaryAnswer {
  readonly line: string
  readonly position: Position
}

/** URLs that have changed, in JSON, as they are now. */
export interface ChangeAnswer {
  readonly rows: readonly string[]
  /** The place after these changes. */
  readonly position: Position
  /** Changes are missing before these. */
  readonly mustReload: boolean
}

/** What the recorder needs of the monitor. */
export interface ApiSources {
  readonly map: () => StateMap
  readonly summaryOf: (figures: PollFigures) => Summary
  /** The monotonic clock, in ms. */
  readonly now: () => number
}

/** Keeps, in the monitor, what the API says beyond the StateMap, and answers its questions: a Printer that prints nothing. */
export class ApiRecorder implements Printer {
  readonly latest = new LatestPolls()
  readonly #recent = new RecentPolls()
  readonly #sources: ApiSources
  readonly #changes = new ChangeLog()
  readonly #window: PollWindow
  readonly #epoch: string
  #summary: string | null = null
  #summaryAt = Number.NEGATIVE_INFINITY

  /** `epoch`: tells this monitor from others of the run. */
  constructor(sources: ApiSources, epoch: string) {
    this.#sources = sources
    this.#epoch = epoch
    this.#window = new PollWindow(sources.now())
  }

  state(state: ShownState, changed: boolean): void {
    // A monitor that has replaced another knew no more than its verdict until now.
    const isFirst = this.latest.at(state.id) === 0
    this.latest.set(state)
    this.#recent.add(state.id, state.verdict, state.durationMs)
    this.#window.record(state.lateMs, state.durationMs)
    if (changed || isFirst) this.#changes.add(state.id)
  }

  restored(id: ResourceId, verdict: Verdict, since: number): void {
    this.latest.restore(id, verdict, since)
  }

  verdictLost(id: ResourceId, at: number): void {
    this.latest.loseVerdict(id, at)
    this.#changes.add(id)
  }

  forget(id: ResourceId): void {
    this.latest.forget(id)
    this.#recent.forget(id)
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  /** The state of the whole list. */
  summary(): SummaryAnswer {
    const now = this.#sources.now()
    if (this.#summary === null || now - this.#summaryAt >= SUMMARY_INTERVAL_MS) {
      this.#summary = summaryLine(this.#sources.summaryOf(this.#window.take(now, false))).trimEnd()
      this.#summaryAt = now
    }
    return { line: this.#summary, position: this.#position(this.#changes.last) }
  }

  /** Goes on with a search for a while, in parts between which the monitor does other work. */
  async find(search: UrlSearch): Promise<FoundUrls> {
    const { limit } = search
    const end = this.#sources.now() + QUESTION_MS
    let found = this.#findPart(search)
    while (found.next !== null && this.#sources.now() < end) {
      await nextTurn()
      const before = placeBefore(found, limit) ?? search.before
      found = joinParts(found, this.#findPart({ ...search, before, from: found.next }), limit)
    }
    return found
  }

  #findPart(search: UrlSearch): FoundUrls {
    const end = this.#sources.now() + PART_MS
    return findUrls(this.#sources.map(), this.latest, search, () => this.#sources.now() >= end)
  }

  /** Some of the URLs that meet the conditions, with ids from `from` on. */
  states(filter: UrlFilter, from: number): UrlStates {
    const end = this.#sources.now() + PART_MS
    return urlStates(this.#sources.map(), this.latest, filter, from, () => this.#sources.now() >= end)
  }

  /** The URLs with these ids that still meet the conditions. `polls`: so many of the last polls of each. */
  rows(ids: readonly ResourceId[], filter: UrlFilter, polls: number): UrlRows {
    const map = this.#sources.map()
    const matches = urlMatcher(filter, map)
    const rows = new RowList(map, this.latest)
    let used = 0
    for (; used < ids.length && !rows.isFull; used++) {
      const id = ids[used] as ResourceId
      if (map.has(id) && matches(id)) rows.add(id, polls === 0 ? {} : { polls: this.#recent.of(id, polls) })
    }
    return { rows: rows.rows, used }
  }

  /** URLs that have changed after a place, at most `limit`. */
  changes({ epoch, number }: Position, limit: number): ChangeAnswer {
    if (epoch !== this.#epoch || !this.#changes.hasAllAfter(number))
      return { rows: [], position: this.#position(this.#changes.last), mustReload: true }
    const rows = new RowList(this.#sources.map(), this.latest)
    const last = this.#changes.visitAfter(number, (id) => {
      if (rows.isFull || rows.rows.length >= limit) return false
      rows.add(id)
      return true
    })
    return { rows: rows.rows, position: this.#position(last), mustReload: false }
  }

  #position(number: number): Position {
    return { epoch: this.#epoch, number }
  }
}
