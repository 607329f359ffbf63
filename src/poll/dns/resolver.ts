import net from 'node:net'
import { failure, isFailure, localFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Usage } from './lru.ts'
import { answerText, interleaved, isDenial, internalError, noAnswer } from './dns-answer.ts'
import type { DnsAnswer, DnsCode } from './dns-answer.ts'
import { candidates } from './candidates.ts'
import { DnsCache, MAX_TTL_MS } from './dns-cache.ts'
import { lookupsEnded, NameServers } from './name-servers.ts'
import type { PendingQuery } from './name-servers.ts'
import { SystemFiles } from './system-files.ts'
import type { NameFiles } from './system-files.ts'

/** What a look-up comes to: addresses in the order to try them. */
export type LookupResult = readonly string[] | Failure

/** A look-up under way, and who waits for it. */
interface Lookup {
  readonly name: string
  readonly waiters: Set<(found: LookupResult) => void>
  /** Null until the servers are asked. */
  query: PendingQuery | null
}

/** Where one family has answered, the other is asked again for this long, in ms: its datagram may be lost. */
const LATE_FAMILY_MS = 1_000

/** Look-ups under way: past this, the oldest that nobody waits for ends. */
export const MAX_LOOKUPS = 4_096

/** RFC 6761, section 6.3. */
const LOOPBACK = ['::1', '127.0.0.1']

/** One address family, or 0 for both. */
export type AddressFamily = 0 | 4 | 6

/** What to look up, and where. */
export interface ResolverOptions {
  readonly family: AddressFamily
  /** DNS servers to ask in order, each as `ip` or `ip:port`; none: the system's. */
  readonly resolvers: readonly string[]
}

/**
 * Looks names up: the hosts file, `localhost`, then the name servers with the search domains. Answers are kept, and one
 * look-up of a name serves all who wait for it. One that nobody waits for any more is not asked again, but what it still
 * finds is kept.
 */
export class Resolver {
  readonly #family: AddressFamily
  readonly #resolvers: readonly string[]
  readonly #now: () => number
  readonly #files: SystemFiles
  readonly #cache = new DnsCache()
  readonly #lookups = new Map<string, Lookup>()
  #servers: NameServers
  /** Of former configurations, those that still have something to answer. */
  #formerServers: readonly NameServers[] = []
  #closed = false

  /** Throws when a resolver is not an IP address with or without a port. */
  constructor(options: ResolverOptions, now: () => number, files: Partial<NameFiles> = {}) {
    this.#family = options.family
    this.#resolvers = options.resolvers
    this.#now = now
    this.#files = new SystemFiles(files, (resolvConf) => this.#filesChanged(resolvConf))
    this.#servers = this.#newServers()
  }

  /** How many names are kept. */
  get fill(): Usage {
    return this.#cache.fill
  }

  /** What is known of `name` without asking; undefined for nothing. `retryFailed`: a failure that is kept does not count. */
  known(name: string, retryFailed = false): LookupResult | undefined {
    const now = this.#now()
    void this.#files.check(now)
    const kept = this.#cache.get(name, now)
    if (kept === undefined || (retryFailed && kept.answer.code !== '')) return undefined
    return this.#found(name, kept.answer)
  }

  /** Asks for `name`, calls `done` once, and returns what stops the waiting. */
  lookup(name: string, done: (found: LookupResult) => void): () => void {
    if (this.#closed) {
      done(this.#found(name, lookupsEnded()))
      return () => {}
    }
    const shared = this.#lookups.get(name)
    const lookup = shared ?? { name, waiters: new Set(), query: null }
    lookup.waiters.add(done)
    if (shared === undefined) {
      if (this.#lookups.size >= MAX_LOOKUPS) this.#endUnwanted()
      this.#lookups.set(name, lookup)
      const checking = this.#files.check(this.#now())
      if (checking === null) this.#start(lookup)
      else void checking.then(() => this.#start(lookup))
    }
    return () => lookup.waiters.delete(done)
  }

  /** The Failure of a look-up that is given up at its deadline; undefined when the name did not answer in time. */
  timeoutFailure(name: string): Failure | undefined {
    const lookup = this.#lookups.get(name)
    if (lookup === undefined) return undefined
    const answer = lookup.query?.current() ?? internalError('hosts-unread')
    if (answer.code === 'TIMEOUT') return undefined
    const found = this.#found(name, answer)
    if (isFailure(found)) return found
    // Addresses of one family are there, and came so late because datagrams were lost.
    return lookup.query?.isLate() === true ? localFailure('dns-late') : undefined
  }

  /** While its answer is kept, these addresses of `name` come first: one could be reached (RFC 8305, section 3.1 and 8), say. */
  prefer(name: string, addresses: readonly string[]): void {
    this.#cache.prefer(name, addresses)
  }

  /** Ends all look-ups. */
  close(): void {
    this.#closed = true
    for (const servers of [...this.#formerServers, this.#servers]) servers.close()
  }

  #start(lookup: Lookup): void {
    if (this.#closed) return this.#settle(lookup, lookupsEnded(), this.#servers)
    const host = lookup.name.endsWith('.') ? lookup.name.slice(0, -1) : lookup.name
    const listed = this.#files.hosts.get(host)
    let addresses = listed === undefined ? [] : this.#ofFamily(listed)
    const isLocal = host === 'localhost' || host.endsWith('.localhost')
    if (addresses.length === 0 && isLocal) addresses = this.#ofFamily(LOOPBACK)
    if (addresses.length > 0) this.#settle(lookup, { addresses, ttlMs: MAX_TTL_MS, code: '' }, this.#servers)
    else this.#ask(lookup, candidates(lookup.name, this.#files.resolvConf), 'NODATA')
  }

  /** `saidOfName`: why the name as it is has no address, if that was asked already. */
  #ask(
    lookup: Lookup,
    [candidate = '', ...others]: readonly string[],
    saidOfName: Exclude<DnsCode, '' | 'LOCAL'>,
  ): void {
    const servers = this.#servers
    let settled = false
    const until = this.#now() + LATE_FAMILY_MS
    const wanted = () => lookup.waiters.size > 0 || (settled && this.#now() < until)
    lookup.query = servers.ask(candidate, wanted, (answer) => {
      if (settled) {
        if (answer.code === '') this.#keep(lookup, answer, servers)
        return
      }
      settled = true
      const { code } = answer
      if (!isDenial(code) && code !== 'SERVFAIL') return this.#settle(lookup, answer, servers)
      // In the end, what was said of the name as it is tells more than what was said of it in some search domain.
      const said = candidate.length <= lookup.name.length + 1 ? (code as typeof saidOfName) : saidOfName
      if (others.length === 0) this.#settle(lookup, noAnswer(said), servers)
      else this.#ask(lookup, others, said)
    })
  }

  #endUnwanted(): void {
    const unwanted = this.#lookups.values().find(({ waiters }) => waiters.size === 0)
    unwanted?.query?.finish(lookupsEnded())
  }

  #settle(lookup: Lookup, answer: DnsAnswer, servers: NameServers): void {
    this.#lookups.delete(lookup.name)
    this.#keep(lookup, answer, servers)
    const found = this.#found(lookup.name, answer)
    for (const waiter of lookup.waiters) waiter(found)
    lookup.waiters.clear()
  }

  #keep({ name }: Lookup, answer: DnsAnswer, servers: NameServers): void {
    if (servers === this.#servers) this.#cache.set(name, answer, this.#now())
  }

  #found(name: string, { addresses, code, cause = 'unknown-error', detail }: DnsAnswer): LookupResult {
    if (code === '') return addresses
    if (code === 'LOCAL') return localFailure(cause, detail)
    const only = this.#family === 0 || code !== 'NODATA' ? '' : `, asked for IPv${this.#family} only`
    return failure('dns', `${name}: ${answerText(code)}${only}`)
  }

  #filesChanged(resolvConf: boolean): void {
    this.#cache.clear()
    if (!resolvConf || this.#closed) return
    const former = [...this.#formerServers, this.#servers]
    // Their sockets stay open otherwise.
    for (const servers of former) if (servers.idle) servers.close()
    this.#formerServers = former.filter((servers) => !servers.idle)
    this.#servers = this.#newServers()
  }

  // The old one answers what was asked before.
  #newServers(): NameServers {
    const conf = this.#files.resolvConf
    const servers = this.#resolvers.length === 0 ? conf.servers : this.#resolvers
    return new NameServers({ ...conf, servers, family: this.#family }, this.#now)
  }

  #ofFamily(addresses: readonly string[]): readonly string[] {
    const all = [6, 4].map((family) =>
      this.#family === 0 || this.#family === family
        ? addresses.filter((one) => net.isIP(one) === family)
        : [],
    )
    return interleaved(all[0] ?? [], all[1] ?? [])
  }
}
