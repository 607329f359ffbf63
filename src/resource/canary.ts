import type { Url } from './resource.ts'

/** A URL that is asked whether the uplink works. */
export interface ProbedUrl {
  readonly url: Url
  /** It is asked by GET, as it is polled; undefined: by HEAD, unless the flags say otherwise. */
  readonly byGet?: boolean
  /** How long it took to answer, in ms; undefined: that is not known. */
  readonly tookMs?: number
}

/** A URL that has answered, and the IP address from which it did. */
export interface Canary extends ProbedUrl {
  readonly address: string
}

/** Maximum number of canaries that a poller remembers: the addresses that answered last. */
export const MAX_KNOWN = 4

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
