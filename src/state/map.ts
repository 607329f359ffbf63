import { grown } from '../resource/grown.ts'
import { Interner } from '../resource/interner.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'
import type { SentState } from './batch.ts'
import type { History, Past } from './history.ts'
import { REASONS } from './state.ts'
import type { Reason } from './state.ts'

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

/** What a person wants to see first. */
const WORST_FIRST: readonly Verdict[] = ['down', 'unknown', 'pending', 'up']

/**
 * The map from URL to latest State, packed: a row each in typed arrays. URLs are known by the id that main gave them.
 * Bounded by the list.
 */
export class StateMap {
  /** Null where nobody asks for it. */
  readonly history: History | null
  readonly #urls = new Interner()
  /** The row of each id in `#urls`: two Resources that differ in their credentials are shown as one URL. */
  #url = new Uint32Array(64)
  #verdict = new Uint8Array(64)
  #reason = new Uint8Array(64)
  #status = new Uint16Array(64)
  #errCount = new Uint32Array(64)
  #changed = new Uint8Array(64)
  /** Whether nothing but verdict and errCount is known. */
  #told = new Uint8Array(64)
  /** Mostly a handful of texts, so equal ones are one string (see `#shared`). */
  readonly #texts: string[] = []
  readonly #labels: string[] = []
  readonly #shared = new Map<string, string>()
  readonly #counts: Counts = { pending: 0, up: 0, down: 0, unknown: 0 }
  #size = 0

  /** With a History, what was before is kept too. */
  constructor(history: History | null = null) {
    this.history = history
  }

  /** How many URLs it knows. */
  get size(): number {
    return this.#size
  }

  /** How many have which verdict. */
  get counts(): Readonly<Counts> {
    return this.#counts
  }

  /**
   * Learns of a URL and, where another map was lost, of its last verdict. Ids come in order, from 0. `labels`: what its list
   * says of it for people and pipelines, as one JSON object, or ''.
   */
  know(id: ResourceId, url: string, verdict: Verdict = 'pending', errCount = 0, labels = ''): void {
    this.#size = id + 1
    this.#url = grown(this.#url, this.#size)
    this.#verdict = grown(this.#verdict, this.#size)
    this.#reason = grown(this.#reason, this.#size)
    this.#status = grown(this.#status, this.#size)
    this.#errCount = grown(this.#errCount, this.#size)
    this.#changed = grown(this.#changed, this.#size)
    this.history?.grow(this.#size)
    this.#told = grown(this.#told, this.#size)
    this.#url[id] = this.#urls.intern(url)
    this.#texts.push('')
    this.#labels.push(this.#share(labels))
    this.#verdict[id] = VERDICTS.indexOf(verdict)
    this.#errCount[id] = errCount
    this.#told[id] = verdict === 'pending' ? 0 : 1
    this.#counts[verdict]++
  }

  /** The URL with this id, as it may be printed. */
  url(id: ResourceId): string {
    return this.#urls.text(this.#url[id] as number)
  }

  /** The labels of a URL as one JSON object; '' when it has none. */
  labels(id: ResourceId): string {
    return this.#labels[id] as string
  }

  /** Takes in a State; says whether its verdict, reason or status differs from that URL's last. */
  set(state: SentState): boolean {
    const { id } = state
    const verdict = VERDICTS.indexOf(state.verdict)
    const reason = REASONS.indexOf(state.reason)
    const differs = this.#reason[id] !== reason || this.#status[id] !== state.status
    const changed = this.#verdict[id] !== verdict || (differs && this.#told[id] === 0)
    this.#told[id] = 0
    this.#counts[VERDICTS[this.#verdict[id] as number] as Verdict]--
    this.#counts[state.verdict]++
    this.#verdict[id] = verdict
    this.#reason[id] = reason
    this.#status[id] = state.status
    this.#errCount[id] = state.errCount
    this.#texts[id] = this.#share(state.status === 0 ? state.detail : state.statusText)
    if (changed) this.#changed[id] = 1
    this.history?.set(state, changed)
    return changed
  }

  /** What was before the latest State. Throws where no History is kept. */
  past(id: ResourceId): Past {
    if (this.history === null) throw new Error('no history is kept')
    return this.history.get(id)
  }

  verdict(id: ResourceId): Verdict {
    return VERDICTS[this.#verdict[id] as number] as Verdict
  }

  /** The ids, in the order of the list. */
  *ids(): Generator<ResourceId> {
    for (let id = 0; id < this.#size; id++) yield id as ResourceId
  }

  /** The latest State of a URL. */
  get(id: ResourceId): LatestState {
    return {
      url: this.url(id),
      verdict: this.verdict(id),
      reason: this.#told[id] === 1 ? null : (REASONS[this.#reason[id] as number] as Reason),
      status: this.#status[id] as number,
      errCount: this.#errCount[id] as number,
      text: this.#texts[id] as string,
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
      for (let id = 0; id < this.#size; id++) {
        if (this.#verdict[id] !== code) continue
        if (changed && this.#changed[id] === 0) continue
        if (changed) this.#changed[id] = 0
        yield id as ResourceId
      }
    }
  }

  /** One string for equal texts. Bounded: starts anew at 4,096 of them. */
  #share(text: string): string {
    const known = this.#shared.get(text)
    if (known !== undefined) return known
    if (this.#shared.size === 4096) this.#shared.clear()
    this.#shared.set(text, text)
    return text
  }
}
