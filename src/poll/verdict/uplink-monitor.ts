import type { Resource, Url } from '../../resource/resource.ts'
import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import { isLoopback, isLoopbackHost } from '../attempt/loopback.ts'

/** A URL that has answered, and the IP address that it did so from. */
export interface Canary {
  readonly url: Url
  readonly address: string
}

/**
 * What asking canaries has brought: an answer at once; an end before that was known; or no answer, why (for a person), and
 * whether something did answer after a while.
 */
export type CanaryResult = 'answered' | 'cut' | { readonly why: string; readonly over: boolean }

/** A poll that brought no valid answer. */
export interface FailedPoll {
  /** Of the last request, as `URL.hostname` gives it. */
  readonly hostname: string
  readonly reason: Reason
  /** Its URL's verdict before. */
  readonly previousVerdict: Resource['verdict']
  /** When its last look began, in ms. */
  readonly startedAt: number
}

/** Whether the detail of a State blames the uplink. */
export function isUplinkFault(detail: string): boolean {
  return detail.startsWith(LOCAL_CAUSES['uplink-out'].text)
}

/** Those that answered last are remembered, so many addresses. */
export const MAX_KNOWN = 4

/** … and for so long, in ms: their URLs may have left the list. */
const KNOWN_MS = 86_400_000

/** Addresses of the list's own that have to be known: when one alone is silent, that may well be its own doing. */
const MIN_KNOWN = 2

/** An answer that is older than this, in ms, or than this share of the deadline, says nothing of a poll that fails now. */
const FRESH_MS = 1_000
const FRESH_SHARE = 1 / 4

/** That no canary answered holds for this long, in ms. */
const OUTAGE_MS = 1_000

/** Answers from one side say nothing of the other: this machine itself, and all that lies beyond its uplink. */
class NetworkScope {
  answeredAt = Number.NEGATIVE_INFINITY
  askedAt = Number.NEGATIVE_INFINITY
  asking: Promise<string | null> | null = null
  /** Whether it counts as out, … */
  isOut = false
  /** … and why it does, or last did. */
  why = ''
  /** When it last no longer did: a look that began before says nothing. */
  recoveredAt = Number.NEGATIVE_INFINITY
}

/**
 * Whether a poll failed because nothing gets through from here. A URL turns down only if something else answered since
 * its last look began, or a canary answers when asked now. Opens no socket; `now` is the monotonic clock, in ms.
 */
export class UplinkMonitor {
  readonly #configured: readonly Url[]
  readonly #freshMs: number
  readonly #now: () => number
  readonly #ask: (urls: readonly Url[], enough: () => boolean) => Promise<CanaryResult>
  readonly #onChange: (why: string | null) => void
  readonly #loopback = new NetworkScope()
  readonly #external = new NetworkScope()
  /** By address; what answered last stands last. */
  readonly #known = new Map<string, { readonly url: Url; readonly at: number }>()
  #shared: readonly Canary[] = []

  /**
   * `ask` asks canaries until one answers or `enough` says that something did; `onChange` hears why the uplink counts as out,
   * and null when that is over.
   */
  constructor(
    { canaries, timeoutMs }: { readonly canaries: readonly Url[]; readonly timeoutMs: number },
    now: () => number,
    ask: (urls: readonly Url[], enough: () => boolean) => Promise<CanaryResult>,
    onChange: (why: string | null) => void,
  ) {
    this.#configured = canaries
    this.#freshMs = Math.min(FRESH_MS, timeoutMs * FRESH_SHARE)
    this.#now = now
    this.#ask = ask
    this.#onChange = onChange
  }

  /** Those that answered last: other pollers may have none of their own. */
  get known(): readonly Canary[] {
    return [...this.#known].map(([address, { url }]) => ({ url, address }))
  }

  /** Those of this poller and of others. */
  get canaries(): readonly Canary[] {
    return [...this.#shared, ...this.known]
  }

  /** Canaries that other pollers know. */
  setSharedCanaries(canaries: readonly Canary[]): void {
    this.#shared = canaries.slice(0, MAX_KNOWN)
  }

  /** A valid answer came; `mayAsk`: its server did not ask to be left alone for a while. */
  recordAnswer({ url, address }: Canary, mayAsk = true): void {
    if (isLoopback(address)) return this.#markReachable(this.#loopback)
    this.#markReachable(this.#external)
    const at = this.#now()
    this.#known.delete(address)
    if (mayAsk) this.#known.set(address, { url, at })
    for (const [oldest, known] of this.#known) {
      if (this.#known.size <= MAX_KNOWN && at - known.at < KNOWN_MS) break
      this.#known.delete(oldest)
    }
  }

  /** Why the failure is our uplink's, for a person; null: it is not, or nobody can tell. */
  explain({ hostname, reason, previousVerdict, startedAt }: FailedPoll): Promise<string | null> | null {
    if (REASON_FACTS[reason].uplink !== true) return null
    const isLocal = isLoopbackHost(hostname)
    const scope = isLocal ? this.#loopback : this.#external
    const now = this.#now()
    if (startedAt <= scope.recoveredAt) return Promise.resolve(scope.why)
    if (scope.answeredAt >= Math.max(startedAt, now - this.#freshMs)) return null
    const configured = this.#configured.filter((url) => isLoopbackHost(new URL(url).hostname) === isLocal)
    // No news is worth no question. Of a URL that was never polled, only who gave canaries can have an idea.
    const isNews =
      previousVerdict === 'up' ||
      previousVerdict === 'unknown' ||
      (previousVerdict === 'pending' && configured.length > 0)
    if (!scope.isOut && !isNews) return null
    if (scope.isOut && now - scope.askedAt < OUTAGE_MS) return Promise.resolve(scope.why)
    const urls = isLocal ? configured : [...configured, ...this.#listCanaries()]
    return urls.length === 0 ? null : (scope.asking ??= this.#askCanaries(scope, urls))
  }

  #listCanaries(): readonly Url[] {
    const byAddress = new Map(this.canaries.map(({ url, address }) => [address, url]))
    return byAddress.size < MIN_KNOWN ? [] : [...byAddress.values()]
  }

  /** One at a time, for all that wait for it. */
  async #askCanaries(scope: NetworkScope, urls: readonly Url[]): Promise<string | null> {
    const began = this.#now()
    const result = await this.#ask(urls, () => scope.answeredAt >= began)
    scope.asking = null
    scope.askedAt = this.#now()
    if (result === 'answered') this.#markReachable(scope)
    else if (result !== 'cut') {
      scope.why = `${LOCAL_CAUSES['uplink-out'].text}: no canary answers (${result.why})`
      if (result.over) scope.recoveredAt = this.#now()
      if (result.over) this.#markReachable(scope)
      else if (!scope.isOut) this.#onChange(scope.why)
      scope.isOut = !result.over
    }
    return scope.isOut || scope.recoveredAt >= began ? scope.why : null
  }

  #markReachable(scope: NetworkScope): void {
    scope.answeredAt = this.#now()
    if (!scope.isOut) return
    scope.recoveredAt = scope.answeredAt
    scope.isOut = false
    this.#onChange(null)
  }
}

/** A few of what pollers know, of as many pollers as can be, each address once. The latest of each stand last. */
export function selectCanaries(known: readonly (readonly Canary[])[]): readonly Canary[] {
  const byAddress = new Map<string, Canary>()
  for (let back = 1; back <= MAX_KNOWN; back++) {
    for (const canary of known.flatMap((each) => each.at(-back) ?? [])) {
      if (byAddress.size < MAX_KNOWN && !byAddress.has(canary.address)) byAddress.set(canary.address, canary)
    }
  }
  return [...byAddress.values()]
}
