import { ensureCapacity } from '../resource/ensure-capacity.ts'

/** What `verdicts` holds for a URL that is not in the list, or not polled yet; else the code of its verdict plus 1. */
export const NO_VERDICT = 0

/** What is known of each URL now, in columns by id: 22 bytes for each id that was ever given. */
export class UrlStates {
  verdicts = new Uint8Array(64)
  reasons = new Uint8Array(64)
  statuses = new Uint16Array(64)
  /** When the last poll ended. */
  lastAt = new Float64Array(64)
  /** The incident that goes on; 0 without one. */
  incidents = new Uint32Array(64)
  /** Its last row of reasons, from 1. */
  reasonNumbers = new Uint16Array(64)
  /** Polls of that row. */
  polls = new Uint32Array(64)

  ensureCapacity(size: number): void {
    this.verdicts = ensureCapacity(this.verdicts, size)
    this.reasons = ensureCapacity(this.reasons, size)
    this.statuses = ensureCapacity(this.statuses, size)
    this.lastAt = ensureCapacity(this.lastAt, size)
    this.incidents = ensureCapacity(this.incidents, size)
    this.reasonNumbers = ensureCapacity(this.reasonNumbers, size)
    this.polls = ensureCapacity(this.polls, size)
  }
}
