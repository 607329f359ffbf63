import { MAX_KNOWN } from '../../resource/canary.ts'
import type { Canary } from '../../resource/canary.ts'

/** A canary is forgotten after this time, in ms: its URL may have left the list. */
const TTL_MS = 86_400_000

/** The addresses outside this machine that answered last, and those that other pollers share. */
export class KnownCanaries {
  /** By address, the latest answer last. */
  readonly #own = new Map<string, { readonly canary: Canary; readonly at: number }>()
  #shared: readonly Canary[] = []

  /** Those that answered this poller. */
  get own(): readonly Canary[] {
    return [...this.#own.values()].map(({ canary }) => canary)
  }

  /** Those of this poller and of others. */
  get all(): readonly Canary[] {
    return [...this.#shared, ...this.own]
  }

  /** Replaces those that other pollers share. */
  share(canaries: readonly Canary[]): void {
    this.#shared = canaries.slice(0, MAX_KNOWN)
  }

  /** Records an answer at `now`. `mayProbe`: the server has not asked to be left alone for a while. */
  add(canary: Canary, now: number, mayProbe: boolean): void {
    this.#own.delete(canary.address)
    if (mayProbe) this.#own.set(canary.address, { canary, at: now })
    for (const [oldest, { at }] of this.#own) {
      if (this.#own.size <= MAX_KNOWN && now - at < TTL_MS) break
      this.#own.delete(oldest)
    }
  }
}
