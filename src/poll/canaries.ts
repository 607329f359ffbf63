import { setTimeout as sleep } from 'node:timers/promises'
import { shownUrl } from '../resource/shown-url.ts'
import type { Resource, ResourceId, Url } from '../resource/resource.ts'
import type { Deadlines } from './deadlines.ts'
import { Flight, isFailure } from './flight.ts'
import type { Found } from './found.ts'
import type { Reply } from './uplink.ts'

/** Canaries have this long to answer, in ms, and not longer than any URL has. */
const ANSWER_MS = 2_000

/** They are asked no more often than this, in ms. */
const SPACING_MS = 100

/** When all have failed sooner than this, in ms, they are asked again after a while: it may be over in a moment. */
const LEAST_MS = 1_000
const AGAIN_MS = 250

/** Asks URLs whether anything gets through from here. At most twice MOST_KNOWN and those given are asked at once. */
export class Canaries {
  readonly #look: (flight: Flight, resource: Resource) => Promise<Found>
  readonly #deadlines: Deadlines
  readonly #timeoutMs: number
  readonly #now: () => number
  readonly #flights = new Set<Flight>()
  readonly #stopped = new AbortController()
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(
    look: (flight: Flight, resource: Resource) => Promise<Found>,
    deadlines: Deadlines,
    timeoutMs: number,
    now: () => number,
  ) {
    this.#look = look
    this.#deadlines = deadlines
    this.#timeoutMs = Math.min(ANSWER_MS, timeoutMs)
    this.#now = now
  }

  /** Asks until one answers, or `enough` holds, or none has for a while. Never throws. */
  readonly ask = async (urls: readonly Url[], enough: () => boolean): Promise<Reply> => {
    let pause = Math.max(0, this.#askedAt + SPACING_MS - this.#now())
    let before = ''
    for (const began = this.#now(); await this.#goesOn(pause); pause = AGAIN_MS) {
      this.#askedAt = this.#now()
      const why = await this.#once(urls)
      if (why === null || enough()) return before === '' ? 'answered' : { why: before, over: true }
      if (this.#now() - began >= LEAST_MS && !this.#stopped.signal.aborted) return { why, over: false }
      before = why
    }
    return 'cut'
  }

  /** Whoever waits for an answer gets none. */
  stop(): void {
    this.#stopped.abort()
    for (const flight of this.#flights) this.#end(flight)
  }

  /** Waits; false when `stop` comes first. */
  async #goesOn(ms: number): Promise<boolean> {
    try {
      await sleep(ms, undefined, { signal: this.#stopped.signal })
      return true
    } catch {
      return false // It is aborted.
    }
  }

  /** Null when one has answered, else why one has not. */
  async #once(urls: readonly Url[]): Promise<string | null> {
    const flights = urls.map(() => new Flight(this.#now() + this.#timeoutMs, this.#now))
    const first = Promise.withResolvers<void>()
    const said = { answered: false, why: '' }
    const looks = urls.map(async (url, at) => {
      const flight = flights[at] as Flight
      this.#flights.add(flight)
      this.#deadlines.add(flight)
      const { last, redirects } = await this.#look(flight, canary(url))
      this.#end(flight)
      // A redirect is an answer, wherever it leads.
      if (isFailure(last) && redirects === 0) said.why ||= `${shownUrl(url)}: ${last.reason}: ${last.detail}`
      else said.answered = true
      if (said.answered) first.resolve()
    })
    await Promise.race([first.promise, Promise.all(looks)])
    for (const flight of flights) this.#end(flight)
    return said.answered ? null : said.why
  }

  #end(flight: Flight): void {
    if (!this.#flights.delete(flight)) return
    this.#deadlines.remove(flight)
    flight.expire()
  }
}

/** A canary is polled like any URL, but nothing of it is kept. */
function canary(url: Url): Resource {
  return {
    id: 0 as ResourceId,
    url,
    dueAt: 0,
    errCount: 0,
    verdict: 'pending',
    notBefore: 0,
    headRefusedUntil: 0,
    refusedStatus: 0,
    generation: 0,
    profile: 0,
  }
}
