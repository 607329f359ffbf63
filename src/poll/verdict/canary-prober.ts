import { setTimeout as sleep } from 'node:timers/promises'
import { redactUrl } from '../../resource/redact-url.ts'
import type { Resource, ResourceId, Url } from '../../resource/resource.ts'
import type { Deadlines } from '../attempt/deadlines.ts'
import { Attempt, isFailure } from '../attempt/attempt.ts'
import type { ProbeResult } from './probe-result.ts'
import type { CanaryResult } from './uplink-monitor.ts'

/** Canaries have this long to answer, in ms, and not longer than any URL has. */
const ANSWER_MS = 2_000

/** They are asked no more often than this, in ms. */
const SPACING_MS = 100

/** When all have failed sooner than this, in ms, they are asked again after a while: it may be over in a moment. */
const MIN_PROBE_MS = 1_000
const RETRY_MS = 250

/** Asks URLs whether anything gets through from here. At most twice MAX_KNOWN and those given are asked at once. */
export class CanaryProber {
  readonly #probe: (attempt: Attempt, resource: Resource) => Promise<ProbeResult>
  readonly #deadlines: Deadlines
  readonly #timeoutMs: number
  readonly #now: () => number
  readonly #attempts = new Set<Attempt>()
  readonly #stopped = new AbortController()
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(
    probe: (attempt: Attempt, resource: Resource) => Promise<ProbeResult>,
    deadlines: Deadlines,
    timeoutMs: number,
    now: () => number,
  ) {
    this.#probe = probe
    this.#deadlines = deadlines
    this.#timeoutMs = Math.min(ANSWER_MS, timeoutMs)
    this.#now = now
  }

  /** Asks until one answers, or `enough` holds, or none has for a while. Never throws. */
  readonly ask = async (urls: readonly Url[], enough: () => boolean): Promise<CanaryResult> => {
    let pause = Math.max(0, this.#askedAt + SPACING_MS - this.#now())
    let before = ''
    for (const began = this.#now(); await this.#waits(pause); pause = RETRY_MS) {
      this.#askedAt = this.#now()
      const why = await this.#askAll(urls)
      if (why === null || enough()) return before === '' ? 'answered' : { why: before, over: true }
      if (this.#now() - began >= MIN_PROBE_MS && !this.#stopped.signal.aborted) return { why, over: false }
      before = why
    }
    return 'cut'
  }

  /** Whoever waits for an answer gets none. */
  stop(): void {
    this.#stopped.abort()
    for (const attempt of this.#attempts) this.#end(attempt)
  }

  /** Waits; false when `stop` comes first. */
  async #waits(ms: number): Promise<boolean> {
    try {
      await sleep(ms, undefined, { signal: this.#stopped.signal })
      return true
    } catch {
      return false // It is aborted.
    }
  }

  /** Null when one has answered, else why one has not. */
  async #askAll(urls: readonly Url[]): Promise<string | null> {
    const attempts = urls.map(() => new Attempt(this.#now() + this.#timeoutMs, this.#now))
    const first = Promise.withResolvers<void>()
    const result = { answered: false, why: '' }
    const probes = urls.map(async (url, at) => {
      const attempt = attempts[at] as Attempt
      this.#attempts.add(attempt)
      this.#deadlines.add(attempt)
      const { outcome, redirects } = await this.#probe(attempt, canaryResource(url))
      this.#end(attempt)
      // A redirect is an answer, wherever it leads.
      if (isFailure(outcome) && redirects === 0)
        result.why ||= `${redactUrl(url)}: ${outcome.reason}: ${outcome.detail}`
      else result.answered = true
      if (result.answered) first.resolve()
    })
    await Promise.race([first.promise, Promise.all(probes)])
    for (const attempt of attempts) this.#end(attempt)
    return result.answered ? null : result.why
  }

  #end(attempt: Attempt): void {
    if (!this.#attempts.delete(attempt)) return
    this.#deadlines.remove(attempt)
    attempt.expire()
  }
}

/** A canary is polled like any URL, but nothing of it is kept. */
function canaryResource(url: Url): Resource {
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
