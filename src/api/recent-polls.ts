import { ensureCapacity } from '../resource/ensure-capacity.ts'
import { VERDICTS } from '../resource/resource.ts'
import type { ResourceId, Verdict } from '../resource/resource.ts'

/** Polls that are kept of each URL. */
export const RECENT_POLLS = 50

/** Durations are kept in steps of a logarithmic scale from 1 ms to a minute, in 6 bits. */
const STEPS = 64
const GROWTH = Math.log(60_000) / (STEPS - 1)

/** A poll: its verdict, and how long it took in ms, within 10 %. */
export type RecentPoll = readonly [verdict: Verdict, durationMs: number]

/** The last polls of each URL, for the bars in the list of the page: a byte for each poll, from which a URL's verdict is read. Bounded by the list. */
export class RecentPolls {
  /** RECENT_POLLS for each id, each id a ring: the index in VERDICTS times STEPS plus the step; 0 where there is none. */
  #polls = new Uint8Array(64 * RECENT_POLLS)
  /** Where the next poll of an id goes. */
  #next = new Uint8Array(64)

  add(id: ResourceId, verdict: Verdict, durationMs: number): void {
    if (id >= this.#next.length) {
      this.#next = ensureCapacity(this.#next, id + 1)
      this.#polls = ensureCapacity(this.#polls, this.#next.length * RECENT_POLLS)
    }
    const next = this.#next[id] as number
    this.#polls[id * RECENT_POLLS + next] = VERDICTS.indexOf(verdict) * STEPS + stepOf(durationMs)
    this.#next[id] = next === RECENT_POLLS - 1 ? 0 : next + 1
  }

  /** The latest polls of a URL, at most `limit`, the oldest first. */
  of(id: ResourceId, limit: number): RecentPoll[] {
    const polls: RecentPoll[] = []
    const next = this.#next[id] ?? 0
    for (let back = Math.min(limit, RECENT_POLLS); back > 0; back--) {
      const code = this.#polls[id * RECENT_POLLS + ((next + RECENT_POLLS - back) % RECENT_POLLS)] ?? 0
      if (code > 0) polls.push([VERDICTS[Math.floor(code / STEPS)] as Verdict, durationOf(code % STEPS)])
    }
    return polls
  }

  /** A URL has left the lists. */
  forget(id: ResourceId): void {
    if (id >= this.#next.length) return
    this.#polls.fill(0, id * RECENT_POLLS, (id + 1) * RECENT_POLLS)
    this.#next[id] = 0
  }
}

function stepOf(durationMs: number): number {
  return durationMs <= 1 ? 0 : Math.min(STEPS - 1, Math.round(Math.log(durationMs) / GROWTH))
}

/** In ms. More digits would say nothing. */
function durationOf(step: number): number {
  return Number(Math.exp(step * GROWTH).toPrecision(3))
}
