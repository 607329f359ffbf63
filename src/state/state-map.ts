import { ensureCapacity } from '../resource/ensure-capacity.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { ShownState } from './shown-state.ts'
import type { RecentPolls } from './recent-polls.ts'
import { NEW_URL, textOf } from './latest-state.ts'
import type { Counts, LatestState, UrlInfo } from './latest-state.ts'
import { TextColumn } from './text-column.ts'
import type { Reason, ReasonOf } from './reasons.ts'
import { UrlColumn } from './url-column.ts'
import { VerdictColumns } from './verdict-columns.ts'
import { ZoneStates } from './zone-states.ts'

/** Maps each URL to its latest State, packed as a row in typed arrays, by the id that main gave it. Bounded by the list. */
export class StateMap {
  readonly recentPolls: RecentPolls | null
  /** Which zones of a cluster say what; empty without several of them. */
  readonly zones = new ZoneStates()
  readonly urls = new UrlColumn()
  /** How often a URL that was known has got other labels. */
  relabelled = 0
  /** The generation of the id, plus 1; 0 if no URL has the id. */
  #generation = new Uint32Array(64)
  #errCount = new Uint32Array(64)
  readonly #verdicts = new VerdictColumns()
  readonly #texts = new TextColumn()
  readonly #labels = new TextColumn()
  #limit = 0

  /** With RecentPolls, polls before the last are kept too. */
  constructor(recentPolls: RecentPolls | null = null) {
    this.recentPolls = recentPolls
  }

  /** Number of URLs. */
  get size(): number {
    const { pending, up, down, unknown } = this.counts
    return pending + up + down + unknown
  }

  /** Every id is below this. */
  get limit(): number {
    return this.#limit
  }

  /** How many URLs have each verdict. */
  get counts(): Readonly<Counts> {
    return this.#verdicts.counts
  }

  /**
   * Adds a URL and what main knows of it. A URL that is already known keeps its State and gets the new labels. If the id has a
   * later generation, it belongs to another URL now. Returns whether the URL was not known.
   */
  add(id: ResourceId, url: string, known: UrlInfo = NEW_URL): boolean {
    const { generation, verdict, errCount, labels, earlier = null } = known
    this.#ensureCapacity(id + 1)
    const isKnown = this.isCurrent(id, generation)
    if (isKnown && this.labels(id) !== labels) this.relabelled++
    this.#labels.set(id, labels)
    if (isKnown) return false
    this.#dropState(id)
    this.#generation[id] = generation + 1
    this.urls.set(id, url)
    this.#verdicts.start(id, verdict, earlier)
    if (this.#errCount[id] !== errCount) this.#errCount[id] = errCount
    this.recentPolls?.reset(id)
    if (earlier !== null) this.recentPolls?.setChanged(id, earlier.since)
    return true
  }

  /** Removes a URL that has left its list. Returns whether it was known. */
  remove(id: ResourceId, generation: number): boolean {
    if (!this.isCurrent(id, generation)) return false
    this.#labels.set(id, '')
    return this.#dropState(id)
  }

  /** Whether a URL has this id. */
  has(id: number): id is ResourceId {
    return (this.#generation[id] ?? 0) !== 0
  }

  /** Whether the URL with this id has this generation. */
  isCurrent(id: ResourceId, generation: number): boolean {
    return this.#generation[id] === generation + 1
  }

  /** The URL with this id, without credentials. */
  url(id: ResourceId): string {
    return this.urls.get(id)
  }

  /** The labels of a URL as one JSON object; '' if it has none. */
  labels(id: ResourceId): string {
    return this.#labels.get(id)
  }

  /** Sets the latest State of a URL. Returns whether its verdict, reason or status differs from the one before; null: it has left its list. */
  set(state: ShownState): boolean | null {
    const { id } = state
    if (!this.isCurrent(id, state.generation)) return null
    if (this.#errCount[id] !== state.errCount) this.#errCount[id] = state.errCount
    const changed = this.#verdicts.show(id, state.verdict, state.reason, state.status)
    this.#texts.set(id, textOf(state))
    this.recentPolls?.set(state, changed)
    return changed
  }

  /** What was known of a URL, if anything was, counts no more: it is `unknown` until its next State. `at`: in ms since the epoch. */
  loseVerdict(id: ResourceId, reason: ReasonOf<'unknown'>, why: string, at: number): boolean {
    const before = this.verdict(id)
    if (!this.has(id) || before === 'pending' || before === 'unknown') return false
    this.#verdicts.show(id, 'unknown', reason, 0)
    this.#texts.set(id, why)
    this.recentPolls?.setChanged(id, at)
    return true
  }

  /** Of a URL only the verdict is known, and it is this one. */
  correct(id: ResourceId, verdict: Verdict): void {
    this.#verdicts.end(id)
    this.#verdicts.start(id, verdict, null)
  }

  verdict(id: ResourceId): Verdict {
    return this.#verdicts.verdict(id)
  }

  /** Null if only the verdict is known. */
  reason(id: ResourceId): Reason | null {
    return this.#verdicts.reason(id)
  }

  /** The status of the latest answer; 0 if there is none. */
  status(id: ResourceId): number {
    return this.#verdicts.status(id)
  }

  /** The text that goes with the reason: see `textOf`. */
  text(id: ResourceId): string {
    return this.#texts.get(id)
  }

  /** The texts or the labels of all URLs, to look at each different one once. */
  column(of: 'texts' | 'labels'): Pick<TextColumn, 'matcher' | 'mapper' | 'distinct'> {
    return of === 'texts' ? this.#texts : this.#labels
  }

  /** The ids, in the order of the list. */
  *ids(): Generator<ResourceId> {
    for (let id = 0; id < this.#limit; id++) if (this.has(id)) yield id
  }

  /** The latest State of a URL. */
  get(id: ResourceId): LatestState {
    return {
      url: this.url(id),
      verdict: this.verdict(id),
      reason: this.reason(id),
      status: this.status(id),
      errCount: this.#errCount[id] as number,
      text: this.text(id),
    }
  }

  /** Whether a URL has changed since the last call. */
  takeChanged(id: ResourceId): boolean {
    return this.#verdicts.takeChanged(id)
  }

  #ensureCapacity(limit: number): void {
    if (limit <= this.#limit) return
    this.#limit = limit
    this.urls.ensureCapacity(limit)
    this.#generation = ensureCapacity(this.#generation, limit)
    this.#errCount = ensureCapacity(this.#errCount, limit)
    this.#verdicts.ensureCapacity(limit)
    this.#texts.ensureCapacity(limit)
    this.#labels.ensureCapacity(limit)
    this.recentPolls?.ensureCapacity(limit)
  }

  #dropState(id: ResourceId): boolean {
    if (!this.has(id)) return false
    this.urls.free(id)
    this.#generation[id] = 0
    this.#texts.set(id, '')
    this.zones.forget(id)
    this.#verdicts.end(id)
    return true
  }
}
