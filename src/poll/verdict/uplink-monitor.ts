import type { Resource, Url } from '../../resource/resource.ts'
import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import { REASON_FACTS } from '../../state/reasons.ts'
import type { Reason } from '../../state/reasons.ts'
import { isLoopback, isLoopbackHost } from '../../settings/loopback.ts'
import { KnownCanaries } from './known-canaries.ts'
import type { Canary, ProbedUrl } from '../../resource/canary.ts'

/**
 * The result of probing canaries: `answered` if one answered at once, `cut` if the probes were ended before, otherwise why
 * none answered, and whether one did in a later round.
 */
export type CanaryResult = 'answered' | 'cut' | { readonly why: string; readonly over: boolean }

/** Probes canaries until one answers or `enough` returns true. */
type ProbeCanaries = (canaries: readonly ProbedUrl[], enough: () => boolean) => Promise<CanaryResult>

/** A poll that got no valid answer. */
export interface FailedPoll {
  /** Of the last request, as in `URL.hostname`. */
  readonly hostname: string
  readonly reason: Reason
  /** The verdict of the poll before. */
  readonly previousVerdict: Resource['verdict']
  /** When its last attempt began, in ms. */
  readonly startedAt: number
}

/** Whether the detail of a State blames the uplink. */
export function isUplinkFault(detail: string): boolean {
  return detail.startsWith(LOCAL_CAUSES['uplink-out'].text)
}

/** Minimum number of known canaries for a probe: if a single one does not answer, it may itself be down. */
const MIN_KNOWN = 2

/** Only an answer within this time, in ms and as a share of the deadline, proves that the uplink works. */
const FRESH_MS = 1_000
const FRESH_SHARE = 1 / 4

/** While the uplink is out, canaries are probed again after this time, in ms. */
const OUTAGE_MS = 1_000

/** What is known of one network: loopback, or everything beyond the uplink. Answers from one prove nothing of the other. */
class NetworkScope {
  answeredAt = Number.NEGATIVE_INFINITY
  probedAt = Number.NEGATIVE_INFINITY
  probing: Promise<string | null> | null = null
  isOut = false
  /** Why it is out, or was out last. */
  why = ''
  /** When it was last found to work again. An attempt that began before says nothing. */
  recoveredAt = Number.NEGATIVE_INFINITY
}

/**
 * Decides whether a poll failed because the uplink of this machine is out. A URL turns down only if something else answered
 * since its last attempt began, or a canary answers now. Opens no socket. `now` is the monotonic clock, in ms.
 */
export class UplinkMonitor {
  readonly #configured: readonly Url[]
  readonly #freshMs: number
  readonly #now: () => number
  readonly #probe: ProbeCanaries
  readonly #onChange: (why: string | null) => void
  readonly #loopback = new NetworkScope()
  readonly #external = new NetworkScope()
  readonly #canaries = new KnownCanaries()

  /** `onChange` is called with the reason when the uplink counts as out, and with null when it works again. */
  constructor(
    { canaries, timeoutMs }: { readonly canaries: readonly Url[]; readonly timeoutMs: number },
    now: () => number,
    probe: ProbeCanaries,
    onChange: (why: string | null) => void,
  ) {
    this.#configured = canaries
    this.#freshMs = Math.min(FRESH_MS, timeoutMs * FRESH_SHARE)
    this.#now = now
    this.#probe = probe
    this.#onChange = onChange
  }

  /** The canaries of this poller, which other pollers may use. */
  get known(): readonly Canary[] {
    return this.#canaries.own
  }

  /** The canaries of this poller and of others. */
  get canaries(): readonly Canary[] {
    return this.#canaries.all
  }

  /** Sets the canaries that other pollers know. */
  setSharedCanaries(canaries: readonly Canary[]): void {
    this.#canaries.share(canaries)
  }

  /** Records a valid answer. `mayProbe`: its server has not asked to be left alone for a while. */
  recordAnswer(canary: Canary, mayProbe = true): void {
    if (isThisMachine(canary.address)) return this.#markReachable(this.#loopback)
    this.#markReachable(this.#external)
    this.#canaries.add(canary, this.#now(), mayProbe)
  }

  /** Why the uplink is to blame for a failed poll, as a text for people; null if it is not, or if nobody can tell. */
  explain({ hostname, reason, previousVerdict, startedAt }: FailedPoll): Promise<string | null> | null {
    if (REASON_FACTS[reason].uplink !== true) return null
    const isLocal = isLoopbackHost(hostname)
    const scope = isLocal ? this.#loopback : this.#external
    const now = this.#now()
    if (startedAt <= scope.recoveredAt) return Promise.resolve(scope.why)
    if (scope.answeredAt >= Math.max(startedAt, now - this.#freshMs)) return null
    const configured = this.#configured.filter((url) => isLoopbackHost(new URL(url).hostname) === isLocal)
    // Canaries are probed only if the failure would change the URL's verdict. A URL that was never polled turns down at its
    // first failure, unless canaries are configured.
    const changesVerdict =
      previousVerdict === 'up' ||
      previousVerdict === 'unknown' ||
      (previousVerdict === 'pending' && configured.length > 0)
    if (!scope.isOut && !changesVerdict) return null
    if (scope.isOut && now - scope.probedAt < OUTAGE_MS) return Promise.resolve(scope.why)
    const ofFlags = configured.map((url) => ({ url }))
    const canaries = isLocal ? ofFlags : [...ofFlags, ...this.#known()]
    return canaries.length === 0 ? null : (scope.probing ??= this.#probeCanaries(scope, canaries))
  }

  #known(): readonly ProbedUrl[] {
    const byAddress = new Map(this.canaries.map((canary) => [canary.address, canary]))
    return byAddress.size < MIN_KNOWN ? [] : [...byAddress.values()]
  }

  /** Runs one probe at a time. All failed polls that wait for it get its result. */
  async #probeCanaries(scope: NetworkScope, canaries: readonly ProbedUrl[]): Promise<string | null> {
    const began = this.#now()
    const result = await this.#probe(canaries, () => scope.answeredAt >= began)
    scope.probing = null
    scope.probedAt = this.#now()
    if (result === 'answered') this.#markReachable(scope)
    else if (result !== 'cut') {
      scope.why = `${LOCAL_CAUSES['uplink-out'].text}: no canary answers (${result.why})`
      if (result.over) {
        scope.recoveredAt = this.#now()
        this.#markReachable(scope)
      } else {
        if (!scope.isOut) this.#onChange(scope.why)
        scope.isOut = true
      }
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

/** Whether an answer came from this machine. Linux connects to itself at the unspecified addresses, which DNS servers that block names answer with. */
function isThisMachine(address: string): boolean {
  return isLoopback(address) || address === '0.0.0.0' || address === '::'
}
