import type { Resource, Url } from '../resource/resource.ts'
import type { Reason } from '../state/state.ts'
import type { Verdict } from './verdict.ts'
import { isLoopback, isLoopbackHost } from './loopback.ts'

/** A URL that has answered, and the IP address that it did so from. */
export interface Canary {
  readonly url: Url
  readonly address: string
}

/**
 * What asking canaries has brought: an answer at once; an end before that was known; or no answer, why (for a person), and
 * whether something did answer after a while.
 */
export type Reply = 'answered' | 'cut' | { readonly why: string; readonly over: boolean }

/** A poll that brought no valid answer. */
export interface Failed {
  /** Of the last request, as `URL.hostname` gives it. */
  readonly hostname: string
  readonly reason: Reason
  /** Its URL's verdict before. */
  readonly before: Resource['verdict']
  /** When its last look began, in ms. */
  readonly lookedAt: number
}

/** How every detail begins that blames it. */
const UPLINK = "this machine's uplink"

/** Whether a fault of ours is the uplink's, by its detail. */
export function isUplink(detail: string): boolean {
  return detail.startsWith(UPLINK)
}

/** The verdict of a poll that the uplink gets the blame for. */
export function ofUplink(detail: string): Verdict {
  return { verdict: 'unknown', reason: 'local', detail }
}

/** What an uplink that is out can look like from here; a local firewall refuses and resets. No certificate comes of it. */
const NETWORK: ReadonlySet<Reason> = new Set(['dns', 'refused', 'unreachable', 'reset', 'closed', 'timeout'])

/** Those that answered last are remembered, so many addresses. */
export const MOST_KNOWN = 4

/** … and for so long, in ms: their URLs may have left the list. */
const KNOWN_MS = 86_400_000

/** Addresses of the list's own that have to be known: when one alone is silent, that may well be its own doing. */
const LEAST_KNOWN = 2

/** An answer that is older than this, in ms, or than this share of the deadline, says nothing of a poll that fails now. */
const FRESH_MS = 1_000
const FRESH_SHARE = 1 / 4

/** That no canary answered holds for this long, in ms. */
const OUT_MS = 1_000

/** Answers from one side say nothing of the other: this machine itself, and all that lies beyond its uplink. */
class Side {
  answeredAt = Number.NEGATIVE_INFINITY
  askedAt = Number.NEGATIVE_INFINITY
  asking: Promise<string | null> | null = null
  /** Whether it counts as out, … */
  out = false
  /** … and why it does, or last did. */
  why = ''
  /** When it last no longer did: a look that began before says nothing. */
  overAt = Number.NEGATIVE_INFINITY
}

/**
 * Whether a poll failed because nothing gets through from here. A URL turns down only if something else answered since
 * its last look began, or a canary answers when asked now. Opens no socket; `now` is the monotonic clock, in ms.
 */
export class Uplink {
  readonly #given: readonly Url[]
  readonly #freshMs: number
  readonly #now: () => number
  readonly #ask: (urls: readonly Url[], enough: () => boolean) => Promise<Reply>
  readonly #told: (why: string | null) => void
  readonly #here = new Side()
  readonly #beyond = new Side()
  /** By address; what answered last stands last. */
  readonly #known = new Map<string, { readonly url: Url; readonly at: number }>()
  #lent: readonly Canary[] = []

  /**
   * `ask` asks canaries until one answers or `enough` says that something did; `told` hears why the uplink counts as out,
   * and null when that is over.
   */
  constructor(
    { canaries, timeoutMs }: { readonly canaries: readonly Url[]; readonly timeoutMs: number },
    now: () => number,
    ask: (urls: readonly Url[], enough: () => boolean) => Promise<Reply>,
    told: (why: string | null) => void,
  ) {
    this.#given = canaries
    this.#freshMs = Math.min(FRESH_MS, timeoutMs * FRESH_SHARE)
    this.#now = now
    this.#ask = ask
    this.#told = told
  }

  /** Those that answered last: other pollers may have none of their own. */
  get known(): readonly Canary[] {
    return [...this.#known].map(([address, { url }]) => ({ url, address }))
  }

  /** Those of this poller and of others. */
  get canaries(): readonly Canary[] {
    return [...this.#lent, ...this.known]
  }

  /** Canaries that other pollers know. */
  lend(canaries: readonly Canary[]): void {
    this.#lent = canaries.slice(0, MOST_KNOWN)
  }

  /** A valid answer came; `askable`: its server did not ask to be left alone for a while. */
  answered({ url, address }: Canary, askable = true): void {
    if (isLoopback(address)) return this.#heard(this.#here)
    this.#heard(this.#beyond)
    const at = this.#now()
    this.#known.delete(address)
    if (askable) this.#known.set(address, { url, at })
    for (const [oldest, known] of this.#known) {
      if (this.#known.size <= MOST_KNOWN && at - known.at < KNOWN_MS) break
      this.#known.delete(oldest)
    }
  }

  /** Why the failure is our uplink's, for a person; null: it is not, or nobody can tell. */
  blame({ hostname, reason, before, lookedAt }: Failed): Promise<string | null> | null {
    if (!NETWORK.has(reason)) return null
    const here = isLoopbackHost(hostname)
    const side = here ? this.#here : this.#beyond
    const now = this.#now()
    if (lookedAt <= side.overAt) return Promise.resolve(side.why)
    if (side.answeredAt >= Math.max(lookedAt, now - this.#freshMs)) return null
    const given = this.#given.filter((url) => isLoopbackHost(new URL(url).hostname) === here)
    // No news is worth no question. Of a URL that was never polled, only who gave canaries can have an idea.
    const news = before === 'up' || before === 'unknown' || (before === 'pending' && given.length > 0)
    if (!side.out && !news) return null
    if (side.out && now - side.askedAt < OUT_MS) return Promise.resolve(side.why)
    const urls = here ? given : [...given, ...this.#ofTheList()]
    return urls.length === 0 ? null : (side.asking ??= this.#question(side, urls))
  }

  #ofTheList(): readonly Url[] {
    const byAddress = new Map(this.canaries.map(({ url, address }) => [address, url]))
    return byAddress.size < LEAST_KNOWN ? [] : [...byAddress.values()]
  }

  /** One at a time, for all that wait for it. */
  async #question(side: Side, urls: readonly Url[]): Promise<string | null> {
    const began = this.#now()
    const reply = await this.#ask(urls, () => side.answeredAt >= began)
    side.asking = null
    side.askedAt = this.#now()
    if (reply === 'answered') this.#heard(side)
    else if (reply !== 'cut') {
      side.why = `${UPLINK} seems to be out: no canary answers (${reply.why})`
      if (reply.over) side.overAt = this.#now()
      if (reply.over) this.#heard(side)
      else if (!side.out) this.#told(side.why)
      side.out = !reply.over
    }
    return side.out || side.overAt >= began ? side.why : null
  }

  #heard(side: Side): void {
    side.answeredAt = this.#now()
    if (!side.out) return
    side.overAt = side.answeredAt
    side.out = false
    this.#told(null)
  }
}

/** A few of what pollers know, of as many pollers as can be, each address once. The latest of each stand last. */
export function canariesOf(known: readonly (readonly Canary[])[]): readonly Canary[] {
  const byAddress = new Map<string, Canary>()
  for (let back = 1; back <= MOST_KNOWN; back++) {
    for (const canary of known.flatMap((each) => each.at(-back) ?? [])) {
      if (byAddress.size < MOST_KNOWN && !byAddress.has(canary.address)) byAddress.set(canary.address, canary)
    }
  }
  return [...byAddress.values()]
}
