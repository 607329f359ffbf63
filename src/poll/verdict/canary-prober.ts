import { setTimeout as sleep } from 'node:timers/promises'
import { redactUrl } from '../../resource/redact-url.ts'
import { unpolledResource } from '../../resource/resource.ts'
import type { Resource, ResourceId, Url } from '../../resource/resource.ts'
import { portOf } from '../../settings/schemes.ts'
import type { Deadlines } from '../attempt/deadlines.ts'
import { isFailure } from '../attempt/failure.ts'
import { Attempt } from '../attempt/attempt.ts'
import type { ProbeResult } from './probe-result.ts'
import type { ProbedUrl } from '../../resource/canary.ts'
import type { CanaryResult } from './uplink-monitor.ts'

/** Deadline for a canary, in ms, unless the deadline of URLs is shorter. */
const ANSWER_MS = 2_000

/** A canary that took long to answer has this many times as long, but no more than MAX_ANSWER_MS. */
const PATIENCE = 2
const MAX_ANSWER_MS = 10_000

/** Probes one canary. */
export type ProbeCanary = (attempt: Attempt, resource: Resource, canary: ProbedUrl) => Promise<ProbeResult>

/** Minimum time between two rounds of probes, in ms. */
const SPACING_MS = 100

/** For this long all canaries are probed again if all failed, in ms: a short outage may end in the meantime. */
const MIN_PROBE_MS = 1_000

/** Time between those rounds, in ms. */
const RETRY_MS = 250

/**
 * Probes canaries to find out whether the uplink of this machine works. Attempts in flight: at most one for
 * each configured canary, and 2 * MAX_KNOWN.
 */
export class CanaryProber {
  readonly #probeOne: ProbeCanary
  readonly #deadlines: Deadlines
  readonly #timeoutMs: number
  readonly #now: () => number
  readonly #attempts = new Set<Attempt>()
  readonly #stopped = new AbortController()
  #probedAt = Number.NEGATIVE_INFINITY

  constructor(probeOne: ProbeCanary, deadlines: Deadlines, timeoutMs: number, now: () => number) {
    this.#probeOne = probeOne
    this.#deadlines = deadlines
    this.#timeoutMs = Math.min(ANSWER_MS, timeoutMs)
    this.#now = now
  }

  /** Probes the canaries until one answers, `enough` returns true, or none has answered for MIN_PROBE_MS. Never throws. */
  readonly probe = async (canaries: readonly ProbedUrl[], enough: () => boolean): Promise<CanaryResult> => {
    let pause = Math.max(0, this.#probedAt + SPACING_MS - this.#now())
    let before = ''
    for (const began = this.#now(); await this.#sleep(pause); pause = RETRY_MS) {
      this.#probedAt = this.#now()
      const why = await this.#probeAll(canaries)
      if (why === null || enough()) return before === '' ? 'answered' : { why: before, over: true }
      if (this.#now() - began >= MIN_PROBE_MS && !this.#stopped.signal.aborted) return { why, over: false }
      before = why
    }
    return 'cut'
  }

  /** Ends all probes: `probe` resolves with `cut`. */
  stop(): void {
    this.#stopped.abort()
    for (const attempt of this.#attempts) this.#end(attempt)
  }

  /** Waits; resolves with false if `stop` is called first. */
  async #sleep(ms: number): Promise<boolean> {
    try {
      await sleep(ms, undefined, { signal: this.#stopped.signal })
      return true
    } catch {
      return false // aborted by stop
    }
  }

  /** Probes all canaries once. Resolves with null as soon as one has answered, otherwise with why one has not. */
  async #probeAll(canaries: readonly ProbedUrl[]): Promise<string | null> {
    const attempts = canaries.map((canary) => new Attempt(this.#now() + this.#patienceFor(canary), this.#now))
    const first = Promise.withResolvers<void>()
    const result = { answered: false, why: '' }
    const probes = canaries.map(async (canary, at) => {
      const attempt = attempts[at] as Attempt
      this.#attempts.add(attempt)
      this.#deadlines.add(attempt)
      const { url } = canary
      const { outcome } = await this.#probeOne(attempt, canaryResource(url), canary)
      this.#end(attempt)
      // A handshake that fails counts as an answer: settings of its line may let it succeed.
      if (isFailure(outcome) && !outcome.reason.startsWith('tls'))
        result.why ||= `${redactUrl(url)}: ${outcome.reason}: ${outcome.detail}`
      else result.answered = true
      if (result.answered) first.resolve()
    })
    await Promise.race([first.promise, Promise.all(probes)])
    for (const attempt of attempts) this.#end(attempt)
    return result.answered ? null : result.why
  }

  #patienceFor({ tookMs = 0 }: ProbedUrl): number {
    return Math.max(this.#timeoutMs, Math.min(tookMs * PATIENCE, MAX_ANSWER_MS))
  }

  #end(attempt: Attempt): void {
    if (!this.#attempts.delete(attempt)) return
    this.#deadlines.remove(attempt)
    attempt.expire()
  }
}

/**
 * A canary is polled like any URL, but with a Resource that is thrown away. Settings of its line do not apply, so where more than a
 * connection may need them, it is only connected to.
 */
function canaryResource(url: Url): Resource {
  if (!NEEDS_SETTINGS.test(url)) return unpolledResource(0 as ResourceId, url)
  const parsed = new URL(url)
  return unpolledResource(0 as ResourceId, `tcp://${parsed.hostname}:${portOf(parsed)}` as Url)
}

/** Schemes that may need settings, such as how TLS begins. */
const NEEDS_SETTINGS = /^(?:tls|wss?|grpcs?):/
