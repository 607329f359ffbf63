import dns from 'node:dns'
import { isDenial, isOurs } from './answer.ts'

/** Name servers that have said nothing at all since they were asked this long ago, in ms, are silent. */
export const SILENCE_MS = 500

/** They also are when they fell silent later, and have been for this long, in ms: the probe may take its time. */
export const FELL_SILENT_MS = 2_000

/** Failures of different names count together for this long, in ms. */
const WINDOW_MS = 60_000

/** So many names, all of those asked, must fail before the servers are at fault; also the bound of what is kept. */
const NAMES = 3

/**
 * Tells a fault of the name servers from one of a name: what has been heard from them, whatever the name. Where
 * too little is asked to tell, a question that any server can answer (the name servers of the root) is the probe.
 */
export class ServerHealth {
  #heardAt = -Infinity
  #probeFailed = false
  readonly #failing = new Map<string, number>()

  /** When anything was last heard from a server, in ms; -Infinity for never. */
  get heardAt(): number {
    return this.#heardAt
  }

  /** One question ended. `code` as c-ares names it, '' for an answer. */
  heard(code: string, now: number): void {
    if (code !== dns.TIMEOUT && code !== dns.BADNAME && !isOurs(code)) this.#heardAt = now
  }

  /** What is known of `name` after all questions about it; the probe's name is ''. Says whether it casts doubt on the servers. */
  ended(name: string, code: string, now: number): boolean {
    if (code === '' || isDenial(code)) {
      this.#failing.clear()
      this.#probeFailed = false
      return false
    }
    if (code === dns.BADNAME) return false
    if (name === '') {
      this.#probeFailed = true
      return false
    }
    this.#failing.delete(name)
    this.#failing.set(name, now)
    if (this.#failing.size > NAMES) this.#failing.delete(this.#failing.keys().next().value ?? '')
    return !isOurs(code)
  }

  /** Whether the servers are silent to a question of `since` that is still open. */
  silentSince(since: number, now: number): boolean {
    return this.#heardAt < since ? now - since >= SILENCE_MS : now - this.#heardAt >= FELL_SILENT_MS
  }

  /** Whether every name that was asked lately failed, and the probe as well. */
  allFail(now: number): boolean {
    if (!this.#probeFailed || this.#failing.size < NAMES) return false
    return this.#failing.values().every((at) => now - at < WINDOW_MS)
  }
}
