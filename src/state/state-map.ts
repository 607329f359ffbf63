import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { MAX_TEXT_BYTES, TextStore, writeText } from '../resource/text-store.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { SentState } from './state-batch.ts'
import type { History, UrlHistory } from './history.ts'
import { StringPool } from './string-pool.ts'
import { REASONS } from './reasons.ts'
import type { Reason } from './reasons.ts'

/** How many URLs have which verdict; `pending` were not polled yet. */
export type Counts = Record<Verdict, number>

/** What the map keeps of a URL's latest State. */
export interface LatestState {
  readonly url: string
  readonly verdict: Verdict
  /** Null when nothing but the verdict is known: main told it to a monitor that took over. */
  readonly reason: Reason | null
  readonly status: number
  readonly errCount: number
  /** The reason phrase of an answer, else the detail: as the server sent it, escape before printing. */
  readonly text: string
}

/** What main knows of a URL. */
export interface UrlInfo {
  /** Of its id: see Resource. */
  readonly generation: number
  readonly verdict: Verdict
  readonly errCount: number
  /** What its list says of it for people and pipelines, as one JSON object, or ''. */
  readonly labels: string
}

const NO_INFO: UrlInfo = { generation: 0, verdict: 'pending', errCount: 0, labels: '' }

/** What a person wants to see first. */
const WORST_FIRST: readonly Verdict[] = ['down', 'unknown', 'pending', 'up']

/**
 * The map from URL to latest State, packed: a row each in typed arrays. URLs are known by the id that main gave them.
 * Bounded by the list.
 */
export class StateMap {
  /** Null where nobody asks for it. */
  readonly history: History | null
  readonly #urls = new TextStore()
  readonly #scratch = Buffer.alloc(MAX_TEXT_BYTES)
  /** The place of each id's URL. Two Resources that differ in their credentials are shown as one URL. */
  #urlRef = new Uint32Array(64)
  /** Its id's generation, + 1; 0 where no URL has the id. */
  #generation = new Uint32Array(64)
  #verdict = new Uint8Array(64)
  #reason = new Uint8Array(64)
  #status = new Uint16Array(64)
  #errCount = new Uint32Array(64)
  #changed = new Uint8Array(64)
  /** Whether nothing but verdict and errCount is known. */
  #verdictOnly = new Uint8Array(64)
  /** The numbers of its text and its labels. */
  #textRef = new Uint32Array(64)
  #labelsRef = new Uint32Array(64)
  readonly #texts = new StringPool()
  readonly #labels = new StringPool()
  readonly #counts: Counts = { pending: 0, up: 0, down: 0, unknown: 0 }
  #size = 0
  #limit = 0

  /** With a History, what was before is kept too. */
  constructor(history: History | null = null) {
    this.history = history
  }

  /** How many URLs it knows. */
  get size(): number {
    return this.#size
  }

  /** All ids are below this. */
  get limit(): number {
    return this.#limit
  }

  /** How many have which verdict. */
  get counts(): Readonly<Counts> {
    return this.#counts
  }

  /**
   * Learns of a URL, and of what main knows of it. One that is known already keeps its State and takes on its labels; the
   * id of one that has left its list is another's then, of a later generation.
   */
  add(id: ResourceId, url: string, known: UrlInfo = NO_INFO): void {
    const { generation, verdict, errCount, labels } = known
    this.#ensureCapacity(id + 1)
    this.#setLabels(id, labels)
    if (this.#generation[id] === generation + 1) return
    this.#dropState(id)
    this.#size++
    this.#generation[id] = generation + 1
    this.#urlRef[id] = this.#urls.put(this.#scratch, writeText(url, this.#scratch))
    this.#verdict[id] = VERDICTS.indexOf(verdict)
    this.#reason[id] = 0
    this.#status[id] = 0
    this.#changed[id] = 0
    if (this.#errCount[id] !== errCount) this.#errCount[id] = errCount
    this.#verdictOnly[id] = verdict === 'pending' ? 0 : 1
    this.#counts[verdict]++
    this.history?.reset(id)
  }

  /** Forgets a URL that has left its list; says whether it was known. */
  remove(id: ResourceId, generation: number): boolean {
    return this.#generation[id] === generation + 1 && this.#drop(id)
  }

  /** Whether a URL has this id. */
  has(id: number): id is ResourceId {
    return (this.#generation[id] ?? 0) !== 0
  }

  /** The URL with this id, as it may be printed. */
  url(id: ResourceId): string {
    return this.#urls.text(this.#urlRef[id] as number)
  }

  /** The labels of a URL as one JSON object; '' when it has none. */
  labels(id: ResourceId): string {
    return this.#labels.text(this.#labelsRef[id] as number)
  }

  /**
   * Takes in a State; says whether its verdict, reason or status differs from that URL's last. Null, and nothing is taken
   * in, when the URL has left its list meanwhile.
   */
  set(state: SentState): boolean | null {
    const { id } = state
    if (this.#generation[id] !== state.generation + 1) return null
    const verdict = VERDICTS.indexOf(state.verdict)
    const reason = REASONS.indexOf(state.reason)
    const differs = this.#reason[id] !== reason || this.#status[id] !== state.status
    const changed = this.#verdict[id] !== verdict || (differs && this.#verdictOnly[id] === 0)
    this.#verdictOnly[id] = 0
    this.#counts[VERDICTS[this.#verdict[id] as number] as Verdict]--
    this.#counts[state.verdict]++
    this.#verdict[id] = verdict
    this.#reason[id] = reason
    this.#status[id] = state.status
    // What is not written costs no memory (see `grown`).
    if (this.#errCount[id] !== state.errCount) this.#errCount[id] = state.errCount
    this.#setText(id, state.status === 0 ? state.detail : state.statusText)
    if (changed) this.#changed[id] = 1
    this.history?.set(state, changed)
    return changed
  }

  /** What was before the latest State. Throws where no History is kept. */
  urlHistory(id: ResourceId): UrlHistory {
    if (this.history === null) throw new Error('no history is kept')
    return this.history.get(id)
  }

  verdict(id: ResourceId): Verdict {
    return VERDICTS[this.#verdict[id] as number] as Verdict
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
      reason: this.#verdictOnly[id] === 1 ? null : (REASONS[this.#reason[id] as number] as Reason),
      status: this.#status[id] as number,
      errCount: this.#errCount[id] as number,
      text: this.#texts.text(this.#textRef[id] as number),
    }
  }

  /**
   * The ids, worst verdict first, then by the order of the list. `up` ones only on request; `changed` gives those alone
   * that have changed since the last time they were given so.
   */
  *worstFirst({ up, changed }: { up: boolean; changed: boolean }): Generator<ResourceId> {
    for (const verdict of WORST_FIRST) {
      if (verdict === 'up' && !up) continue
      const code = VERDICTS.indexOf(verdict)
      for (let id = 0; id < this.#limit; id++) {
        if (this.#verdict[id] !== code || !this.has(id)) continue
        if (changed && this.#changed[id] === 0) continue
        if (changed) this.#changed[id] = 0
        yield id
      }
    }
  }

  #ensureCapacity(limit: number): void {
    if (limit <= this.#limit) return
    this.#limit = limit
    this.#urlRef = ensureCapacity(this.#urlRef, limit)
    this.#generation = ensureCapacity(this.#generation, limit)
    this.#verdict = ensureCapacity(this.#verdict, limit)
    this.#reason = ensureCapacity(this.#reason, limit)
    this.#status = ensureCapacity(this.#status, limit)
    this.#errCount = ensureCapacity(this.#errCount, limit)
    this.#changed = ensureCapacity(this.#changed, limit)
    this.#verdictOnly = ensureCapacity(this.#verdictOnly, limit)
    this.#textRef = ensureCapacity(this.#textRef, limit)
    this.#labelsRef = ensureCapacity(this.#labelsRef, limit)
    this.history?.ensureCapacity(limit)
  }

  #drop(id: ResourceId): boolean {
    this.#setLabels(id, '')
    return this.#dropState(id)
  }

  #dropState(id: ResourceId): boolean {
    if (!this.has(id)) return false
    this.#urls.free(this.#urlRef[id] as number)
    this.#generation[id] = 0
    this.#setText(id, '')
    this.#counts[this.verdict(id)]--
    this.#size--
    return true
  }

  #setLabels(id: ResourceId, text: string): void {
    const before = this.#labelsRef[id] as number
    const label = this.#labels.replace(before, text)
    if (label !== before) this.#labelsRef[id] = label
  }

  #setText(id: ResourceId, text: string): void {
    this.#textRef[id] = this.#texts.replace(this.#textRef[id] as number, text)
  }
}
