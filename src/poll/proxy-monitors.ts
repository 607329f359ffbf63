import type { Canary } from '../resource/canary.ts'
import { proxyNames } from '../settings/proxy.ts'
import type { Proxy } from '../settings/proxy.ts'
import type { PollOptions } from '../settings/poll-options.ts'
import type { Deadlines } from './attempt/deadlines.ts'
import { failure } from './attempt/failure.ts'
import type { Failure } from './attempt/failure.ts'
import { createCanaryProbe } from './create-canary-probe.ts'
import type { Prober } from './prober.ts'
import { ProxyEvidence } from './proxy-evidence.ts'
import { listCanaryOptions } from './verdict/canary-options.ts'
import { CanaryProber } from './verdict/canary-prober.ts'
import { UplinkMonitor } from './verdict/uplink-monitor.ts'
import type { FailedPoll } from './verdict/uplink-monitor.ts'

/** The most proxies that are watched. Beyond it, what is known of the least recently used one is forgotten. */
const MAX_PROXIES = 1_024

const NO_NAMES: readonly string[] = []

interface Watched {
  readonly name: string
  readonly monitor: UplinkMonitor
  readonly evidence: ProxyEvidence
  /** Checks of its canaries that the end of the run has cut short. */
  cuts: number
  /** Ends all that waits. */
  readonly stop: () => void
  readonly release: () => void
}

/** A poll through a proxy that got no valid answer. `fault`: how the proxy itself may have failed; null: it has not. */
interface FailedBehind extends Omit<FailedPoll, 'hostname'> {
  readonly fault: string | null
}

/**
 * Decides for each proxy whether nothing behind it answers, as UplinkMonitor does for the uplink: then the URLs that fail are not
 * to blame. Hosts behind the proxy that answered are its canaries.
 */
export class ProxyMonitors {
  readonly #options: PollOptions
  readonly #prober: Prober
  readonly #deadlines: Deadlines
  readonly #notice: (line: string) => void
  readonly #now: () => number
  /** The one that was used last comes last. */
  readonly #watched = new Map<string, Watched>()
  #provenElsewhere: ReadonlySet<string> = new Set()
  #stopped = false

  constructor(
    options: PollOptions,
    prober: Prober,
    deadlines: Deadlines,
    notice: (line: string) => void,
    now: () => number,
  ) {
    this.#options = options
    this.#prober = prober
    this.#deadlines = deadlines
    this.#notice = notice
    this.#now = now
  }

  /** The names of the proxies behind which something has answered this poller. */
  get proven(): readonly string[] {
    if (this.#watched.size === 0) return NO_NAMES
    return [...this.#watched.values()].filter(({ evidence }) => evidence.hasAnswered).map(({ name }) => name)
  }

  /** Something behind these proxies has answered other pollers. */
  setProven(names: readonly string[]): void {
    this.#provenElsewhere = new Set(names.slice(0, MAX_PROXIES))
    for (const { name, evidence } of this.#watched.values())
      if (this.#provenElsewhere.has(name)) evidence.record()
  }

  /** Records a valid answer from behind a proxy. Its address there is not known: `address` is the host. */
  recordAnswer(proxy: Proxy, answer: Canary, mayProbe: boolean): void {
    const { monitor, evidence } = this.#of(proxy)
    evidence.record()
    monitor.recordAnswer(answer, mayProbe)
  }

  /** A proxy has made a connection, whatever came over it. */
  recordConnection(proxy: Proxy): void {
    this.#of(proxy).evidence.record()
  }

  /** The Failure of a poll that the proxy is to blame for; null: it is not, or nobody can tell. */
  async explain(proxy: Proxy, { fault, ...failed }: FailedBehind): Promise<Failure | null> {
    const watched = this.#of(proxy)
    const { cuts } = watched
    // Unlike the uplink, a proxy is not known to have worked when the first poll of a URL fails.
    const previousVerdict = failed.previousVerdict === 'pending' ? 'unknown' : failed.previousVerdict
    const why = await watched.monitor.explain({ ...failed, previousVerdict, hostname: '' })
    if (why !== null) return failure('proxy', `${proxy.name}: nothing behind it answers`)
    if (watched.cuts > cuts)
      return failure('proxy', `${proxy.name}: no time was left to ask others behind it`)
    if (fault === null || (await watched.evidence.isProven())) return null
    return failure('proxy', `${proxy.name}: nothing behind it has answered yet (${fault})`)
  }

  /** Ends all probes. What is known stays, for the polls in flight. */
  stop(): void {
    this.#stopped = true
    for (const { stop } of this.#watched.values()) stop()
  }

  #of(proxy: Proxy): Watched {
    const key = JSON.stringify(proxy)
    const known = this.#watched.get(key)
    if (known === undefined) return this.#add(key, proxy)
    this.#watched.delete(key)
    this.#watched.set(key, known)
    return known
  }

  #add(key: string, proxy: Proxy): Watched {
    for (const [oldest, { stop, release }] of this.#watched) {
      if (this.#watched.size < MAX_PROXIES) break
      stop()
      release()
      this.#watched.delete(oldest)
    }
    const watched = this.#watch(proxy)
    this.#watched.set(key, watched)
    if (this.#provenElsewhere.has(proxy.name)) watched.evidence.record()
    if (this.#stopped) watched.stop()
    return watched
  }

  #watch(proxy: Proxy): Watched {
    const { timeoutMs } = this.#options
    const profile = this.#prober.resolveProfile(
      listCanaryOptions(this.#options, { forHttp: proxy, forOthers: proxy, except: [] }),
    )
    const canaries = new CanaryProber(
      createCanaryProbe(this.#prober, () => profile),
      this.#deadlines,
      timeoutMs,
      this.#now,
    )
    // Those of the flags are behind the proxy of the flags.
    const isOfFlags = proxyNames(this.#options.proxy).has(proxy.name)
    const configured = isOfFlags ? this.#options.canaries : []
    const evidence = new ProxyEvidence()
    const watched: Watched = {
      name: proxy.name,
      monitor: new UplinkMonitor(
        { canaries: configured, timeoutMs },
        this.#now,
        async (probed, enough) => {
          const result = await canaries.probe(probed, enough)
          if (result === 'cut') watched.cuts++
          else if (result === 'answered') evidence.record()
          return result
        },
        (why) =>
          this.#notice(
            why === null
              ? `info: the proxy ${proxy.name}: something behind it answers again`
              : `the proxy ${proxy.name}: nothing behind it answers`,
          ),
      ),
      evidence,
      cuts: 0,
      stop() {
        canaries.stop()
        evidence.stop()
      },
      release: () => this.#prober.releaseProfile(profile),
    }
    return watched
  }
}
