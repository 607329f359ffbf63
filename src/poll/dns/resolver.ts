import { failure, isFailure, localFailure } from '../attempt/failure.ts'
import type { Failure } from '../attempt/failure.ts'
import type { Usage } from '../../state/usage.ts'
import { answerText, isDenial, localAnswer, noAnswer } from './dns-answer.ts'
import type { DnsAnswer, DnsCode } from './dns-answer.ts'
import { candidates } from './candidates.ts'
import { DnsCache, MAX_TTL_MS } from './dns-cache.ts'
import { lookupsEnded, NameServers } from './name-servers.ts'
import type { PendingQuery } from './name-servers.ts'
import { staticAddresses } from './static-addresses.ts'
import { SystemFiles } from './system-files.ts'
import type { NameFiles } from './system-files.ts'

/** The result of a lookup: addresses in the order to try them, or why there are none. */
export type LookupResult = readonly string[] | Failure

/** A lookup in flight, and the callbacks that wait for it. */
interface Lookup {
  readonly name: string
  readonly waiters: Set<(found: LookupResult) => void>
  /** Null until the name servers are asked. */
  query: PendingQuery | null
}

/** When one family has answered, the other is asked again for this long, in ms: its datagram may be lost. */
const LATE_FAMILY_MS = 1_000

/** Maximum number of lookups in flight. Beyond it, the oldest one that nobody waits for is ended. */
export const MAX_LOOKUPS = 4_096

/** One address family, or 0 for both. */
export type AddressFamily = 0 | 4 | 6

/** What to look up, and where. */
export interface ResolverOptions {
  readonly family: AddressFamily
  /** Name servers in the order to ask them, each as `ip` or `ip:port`. Empty: those of the system. */
  readonly resolvers: readonly string[]
}

/**
 * Looks names up: in the hosts file, as `localhost`, then at the name servers with the search domains. Answers are cached, and
 * one lookup of a name serves everyone who waits for it. If nobody waits any more, it sends no more queries, but an answer
 * that still arrives is cached.
 */
export class Resolver {
  readonly #family: AddressFamily
  readonly #resolvers: readonly string[]
  readonly #now: () => number
  readonly #files: SystemFiles
  readonly #cache = new DnsCache()
  readonly #lookups = new Map<string, Lookup>()
  #servers: NameServers
  /** The servers of earlier configurations that still have questions to answer. */
  #formerServers: readonly NameServers[] = []
  #closed = false

  /** Throws if a resolver is not an IP address with or without a port. */
  constructor(options: ResolverOptions, now: () => number, files: Partial<NameFiles> = {}) {
    this.#family = options.family
    this.#resolvers = options.resolvers
    this.#now = now
    this.#files = new SystemFiles(files, (resolvConf) => this.#filesChanged(resolvConf))
    this.#servers = this.#newServers()
  }

  /** Number of cached names, and the most there can be. */
  get usage(): Usage {
    return this.#cache.usage
  }

  /** The cached result for `name`; undefined if there is none. `retryFailed`: ignore a cached failure. */
  known(name: string, retryFailed = false): LookupResult | undefined {
    const now = this.#now()
    void this.#files.check(now)
    const kept = this.#cache.get(name, now)
    if (kept === undefined || (retryFailed && kept.answer.code !== '')) return undefined
    return this.#found(name, kept.answer)
  }

  /** Looks `name` up and calls `done` once, unless the function that it returns is called before. */
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

  /** Why a lookup that reached its deadline has failed, if more is known than that there was no answer in time. */
  timeoutFailure(name: string): Failure | undefined {
    const lookup = this.#lookups.get(name)
    if (lookup === undefined) return undefined
    const answer = lookup.query?.current() ?? localAnswer('hosts-unread')
    if (answer.code === 'TIMEOUT') return undefined
    const found = this.#found(name, answer)
    if (isFailure(found)) return found
    // The addresses of one family arrived, but late because datagrams were lost.
    return lookup.query?.wasRepeated() === true ? localFailure('dns-late') : undefined
  }

  /** Puts these addresses of `name` first while its answer is cached (RFC 8305, sections 3.1 and 8). */
  prefer(name: string, addresses: readonly string[]): void {
    this.#cache.prefer(name, addresses)
  }

  /** Ends all lookups. */
  close(): void {
    this.#closed = true
    for (const servers of [...this.#formerServers, this.#servers]) servers.close()
  }

  #start(lookup: Lookup): void {
    if (this.#closed) return this.#settle(lookup, lookupsEnded(), this.#servers)
    const addresses = staticAddresses(lookup.name, this.#files.hosts, this.#family)
    if (addresses.length > 0) this.#settle(lookup, { addresses, ttlMs: MAX_TTL_MS, code: '' }, this.#servers)
    else this.#ask(lookup, candidates(lookup.name, this.#files.resolvConf), 'NODATA')
  }

  /** Asks for the candidates, one after another. `codeOfName`: why the name itself has no address, if that is known already. */
  #ask(
    lookup: Lookup,
    [candidate = '', ...others]: readonly string[],
    codeOfName: Exclude<DnsCode, '' | 'LOCAL'>,
  ): void {
    const servers = this.#servers
    let settled = false
    const until = this.#now() + LATE_FAMILY_MS
    const wanted = () => lookup.waiters.size > 0 || (settled && this.#now() < until)
    lookup.query = servers.ask(candidate, wanted, (answer) => {
      if (settled) {
        if (answer.code === '') this.#cacheAnswer(lookup, answer, servers)
        return
      }
      settled = true
      const { code } = answer
      if (!isDenial(code) && code !== 'SERVFAIL') return this.#settle(lookup, answer, servers)
      // The code for the name itself says more than a code for the name in a search domain.
      const nextCode = candidate.length <= lookup.name.length + 1 ? (code as typeof codeOfName) : codeOfName
      if (others.length === 0) this.#settle(lookup, noAnswer(nextCode), servers)
      else this.#ask(lookup, others, nextCode)
    })
  }

  #endUnwanted(): void {
    const unwanted = this.#lookups.values().find(({ waiters }) => waiters.size === 0)
    unwanted?.query?.finish(lookupsEnded())
  }

  #settle(lookup: Lookup, answer: DnsAnswer, servers: NameServers): void {
    this.#lookups.delete(lookup.name)
    this.#cacheAnswer(lookup, answer, servers)
    const found = this.#found(lookup.name, answer)
    for (const waiter of lookup.waiters) waiter(found)
    lookup.waiters.clear()
  }

  #cacheAnswer({ name }: Lookup, answer: DnsAnswer, servers: NameServers): void {
    if (servers === this.#servers) this.#cache.set(name, answer, this.#now())
  }

  #found(name: string, { addresses, code, cause = 'unknown-error', detail }: DnsAnswer): LookupResult {
    if (code === '') return addresses
    if (code === 'LOCAL') return localFailure(cause, detail)
    const only = this.#family === 0 || code !== 'NODATA' ? '' : `, IPv${this.#family} only`
    return failure('dns', `${name}: ${answerText(code)}${only}`)
  }

  #filesChanged(resolvConf: boolean): void {
    this.#cache.clear()
    if (!resolvConf || this.#closed) return
    const former = [...this.#formerServers, this.#servers]
    // Servers without open questions are closed here. Nothing else would close their sockets.
    for (const servers of former) if (servers.idle) servers.close()
    this.#formerServers = former.filter((servers) => !servers.idle)
    this.#servers = this.#newServers()
  }

  /** Former servers go on with their open questions. */
  #newServers(): NameServers {
    const conf = this.#files.resolvConf
    const servers = this.#resolvers.length === 0 ? conf.servers : this.#resolvers
    return new NameServers({ ...conf, servers, family: this.#family }, this.#now)
  }
}
