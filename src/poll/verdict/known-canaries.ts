import type { Url } from '../../resource/resource.ts'

/** A URL that has answered, and the IP address from which it did. */
export interface Canary {
  readonly url: Url
  readonly address: string
}

/** Maximum number of canaries that a poller remembers: the addresses that answered last. */
export const MAX_KNOWN = 4

/** A canary is forgotten after this time, in ms: its URL may have left the list. */
const TTL_MS = 86_400_000

/** The addresses outside this machine that answered last, and those that other pollers share. */
export class KnownCanaries {
  /** By address, the latest answer last. */
  readonly #own = new Map<string, { readonly url: Url; readonly at: number }>()
  #shared: readonly Canary[] = []

  /** Those that answered this poller. */
  get own(): readonly Canary[] {
    return [...this.#own].map(([address, { url }]) => ({ url, address }))
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
  add({ url, address }: Canary, now: number, mayProbe: boolean): void {
    this.#own.delete(address)
    if (mayProbe) this.#own.set(address, { url, at: now })
    for (const [oldest, { at }] of this.#own) {
      if (this.#own.size <= MAX_KNOWN && now - at < TTL_MS) break
      this.#own.delete(oldest)
    }
  }
}

/** Selects up to MAX_KNOWN canaries from those of several pollers: from as many pollers as possible, each address once. */
export function selectCanaries(known: readonly (readonly Canary[])[]): readonly Canary[] {
  const byAddress = new Map<string, Canary>()
  for (let back = 1; back <= MAX_KNOWN; back++) {
    for (const canary of known.flatMap((each) => each.at(-back) ?? [])) {
      if (byAddress.size < MAX_KNOWN && !byAddress.has(canary.address)) byAddress.set(canary.address, canary)
    }
  }
  return [...byAddress.values()]
}
