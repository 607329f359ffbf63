import { ensureCapacity } from '../../resource/ensure-capacity.ts'
import { VERDICTS } from '../../resource/resource.ts'
import type { ResourceId, Verdict } from '../../resource/resource.ts'
import { TextStore, writeText, MAX_TEXT_BYTES } from '../../resource/text-store.ts'
import { TextColumn } from '../../state/text-column.ts'
import type { SeenState } from '../alert.ts'
import type { AlertPoll } from './alert-poll.ts'
import { cut } from '../../resource/shorten.ts'

/** UTF-16 units of a text that are kept. */
const MAX_DETAIL = 500

/** Which URLs there are, and what the last poll of each saw: some 45 bytes a URL, and its text. Bounded by the lists. */
export class UrlTable {
  readonly #texts = new TextStore()
  readonly #scratch = Buffer.alloc(MAX_TEXT_BYTES)
  /** The place of the text + 1; 0: there is no URL with this id. */
  #places: Uint32Array = new Uint32Array(64)
  #labels: Uint32Array = new Uint32Array(64)
  #generations: Uint16Array = new Uint16Array(64)
  #marks: Uint8Array = new Uint8Array(64)
  #verdicts: Uint8Array = new Uint8Array(64)
  #at: Float64Array = new Float64Array(64)
  #statuses: Uint16Array = new Uint16Array(64)
  #durations: Float32Array = new Float32Array(64)
  #errCounts: Uint32Array = new Uint32Array(64)
  /** In ms since the epoch; 0: none was seen. */
  #expiries: Float64Array = new Float64Array(64)
  readonly #reasons = new TextColumn()
  readonly #details = new TextColumn()
  #limit = 0

  /** All ids are below this. */
  get limit(): number {
    return this.#limit
  }

  has(id: ResourceId): boolean {
    return id < this.#limit && this.#places[id] !== 0
  }

  /** Whether there is this URL, not one that had its id before or has it now. */
  hasGeneration(id: ResourceId, generation: number): boolean {
    return this.has(id) && this.#generations[id] === (generation & 0xffff)
  }

  /** Adds a URL that has not been polled. Throws a RangeError if it is over 65,535 bytes. */
  add(id: ResourceId, generation: number, url: string, labels: number): void {
    const length = writeText(url, this.#scratch)
    if (length < 0) throw new RangeError(`a URL of ${url.length} characters`)
    this.#ensureCapacity(id + 1)
    this.#places[id] = this.#texts.put(this.#scratch, length) + 1
    this.#generations[id] = generation & 0xffff
    this.#labels[id] = labels
  }

  /** Removes a URL and what is known of it. */
  remove(id: ResourceId): void {
    this.#texts.free((this.#places[id] as number) - 1)
    for (const column of [this.#places, this.#labels, this.#generations, this.#marks, this.#verdicts])
      column[id] = 0
    for (const column of [this.#at, this.#statuses, this.#durations, this.#errCounts, this.#expiries])
      column[id] = 0
    this.#reasons.set(id, '')
    this.#details.set(id, '')
  }

  url(id: ResourceId): string {
    return this.#texts.text((this.#places[id] as number) - 1)
  }

  generation(id: ResourceId): number {
    return this.#generations[id] as number
  }

  /** The number of its labels in the LabelSets. */
  labels(id: ResourceId): number {
    return this.#labels[id] as number
  }

  setLabels(id: ResourceId, labels: number): void {
    this.#labels[id] = labels
  }

  verdict(id: ResourceId): Verdict {
    return VERDICTS[this.#verdicts[id] as number] as Verdict
  }

  /** How long the certificate that was seen last was valid yet at the last poll, by the clock of the machine as both times are, in ms; NaN if none was seen. */
  certificateLeft(id: ResourceId): number {
    return this.#certificateExpiresAt(id) - (this.#at[id] as number)
  }

  /** Whether a URL has a mark. */
  isMarked(id: ResourceId): boolean {
    return this.#marks[id] === 1
  }

  /** Marks a URL. */
  mark(id: ResourceId): void {
    this.#marks[id] = 1
  }

  /** Takes all marks away. */
  clearMarks(): void {
    this.#marks.fill(0)
  }

  /** Keeps what a poll saw. A certificate that was not seen is the one seen before. */
  set(poll: AlertPoll): void {
    const { id, verdict, reason, detail, certificateExpiresAt: expiry } = poll
    this.#verdicts[id] = VERDICTS.indexOf(verdict)
    this.#at[id] = poll.at
    this.#statuses[id] = poll.status
    this.#durations[id] = poll.durationMs
    // A page of memory that is never written to costs nothing.
    if (this.#errCounts[id] !== poll.errCount) this.#errCounts[id] = poll.errCount
    if (!Number.isNaN(expiry)) this.#expiries[id] = expiry
    this.#reasons.set(id, reason)
    if (detail !== null) this.#details.set(id, cut(detail, MAX_DETAIL))
  }

  /** What was known of a URL counts no more. */
  loseVerdict(id: ResourceId, at: number, reason: string, detail: string): void {
    this.#verdicts[id] = VERDICTS.indexOf('unknown')
    this.#at[id] = at
    this.#statuses[id] = 0
    this.#reasons.set(id, reason)
    this.#details.set(id, detail)
  }

  /** What the last poll saw; null: it has not been polled. */
  seen(id: ResourceId): SeenState | null {
    const verdict = this.verdict(id)
    if (verdict === 'pending') return null
    return {
      at: this.#at[id] as number,
      verdict,
      reason: this.#reasons.get(id),
      status: this.#statuses[id] as number,
      detail: this.#details.get(id),
      durationMs: this.#durations[id] as number,
      errCount: this.#errCounts[id] as number,
      certificateExpiresAt: this.#certificateExpiresAt(id),
    }
  }

  #certificateExpiresAt(id: ResourceId): number {
    const expiry = this.#expiries[id] as number
    return expiry === 0 ? Number.NaN : expiry
  }

  #ensureCapacity(size: number): void {
    this.#limit = Math.max(this.#limit, size)
    this.#places = ensureCapacity(this.#places, size)
    this.#labels = ensureCapacity(this.#labels, size)
    this.#generations = ensureCapacity(this.#generations, size)
    this.#marks = ensureCapacity(this.#marks, size)
    this.#verdicts = ensureCapacity(this.#verdicts, size)
    this.#at = ensureCapacity(this.#at, size)
    this.#statuses = ensureCapacity(this.#statuses, size)
    this.#durations = ensureCapacity(this.#durations, size)
    this.#errCounts = ensureCapacity(this.#errCounts, size)
    this.#expiries = ensureCapacity(this.#expiries, size)
    this.#reasons.ensureCapacity(size)
    this.#details.ensureCapacity(size)
  }
}
