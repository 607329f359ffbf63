import net from 'node:net'
import { failure, isFailure } from '../flight.ts'
import type { Failure } from '../flight.ts'
import type { Fill } from '../lru.ts'
import type { PollOptions } from '../options.ts'
import { answerText, interleaved, isDenial, local, noAnswer } from './answer.ts'
import type { Answer, Code } from './answer.ts'
import { candidates } from './candidates.ts'
import { KeptAnswers, MAX_TTL_MS } from './kept-answers.ts'
import { ended, NameServers } from './servers.ts'
import type { Asked } from './servers.ts'
import { SystemFiles } from './system-files.ts'
import type { NameFiles } from './system-files.ts'

/** What a look-up comes to: addresses in the order to try them. */
export type Found = readonly string[] | Failure

/** A look-up under way, and who waits for it. */
interface LookUp {
  readonly name: string
  readonly waiters: Set<(found: Found) => void>
  /** Null until the servers are asked. */
  asked: Asked | null
}

/** Where one family has answered, the other is asked again for this long, in ms: its datagram may be lost. */
const LATE_FAMILY_MS = 1_000

/** Look-ups under way: past this, the oldest that nobody waits for ends. */
export const MAX_UNDER_WAY = 4_096

/** RFC 6761, section 6.3. */
const LOOPBACK = ['::1', '127.0.0.1']

/**
 * Looks names up: the hosts file, `localhost`, then the name servers with the search domains. Answers are kept, and one
 * look-up of a name serves all who wait for it. One that nobody waits for any more is not asked again, but what it still
 * finds is kept.
 */
export class Names {
  readonly #family: PollOptions['family']
  readonly #resolvers: readonly string[]
  readonly #now: () => number
  readonly #files: SystemFiles
  readonly #kept = new KeptAnswers()
  readonly #underWay = new Map<string, LookUp>()
  #servers: NameServers
  /** Of former configurations, those that still have something to answer. */
  #former: readonly NameServers[] = []
  #closed = false

  /** Throws when a resolver is not an IP address with or without a port. */
  constructor(
    options: Pick<PollOptions, 'family' | 'resolvers'>,
    now: () => number,
    files: Partial<NameFiles> = {},
  ) {
    this.#family = options.family
    this.#resolvers = options.resolvers
    this.#now = now
    this.#files = new SystemFiles(files, (resolvConf) => this.#filesChanged(resolvConf))
    this.#servers = this.#newServers()
  }

  /** How many names are kept. */
  get fill(): Fill {
    return this.#kept.fill
  }

  /** What is known of `name` without asking; undefined for nothing. `again`: a failure that is kept does not count. */
  known(name: string, again = false): Found | undefined {
    const now = this.#now()
    void this.#files.check(now)
    const kept = this.#kept.get(name, now)
    if (kept === undefined || (again && kept.answer.code !== '')) return undefined
    return this.#found(name, kept.answer)
  }

  /** Asks for `name`, calls `done` once, and returns what stops the waiting. */
  lookUp(name: string, done: (found: Found) => void): () => void {
    if (this.#closed) {
      done(this.#found(name, ended()))
      return () => {}
    }
    const shared = this.#underWay.get(name)
    const lookUp = shared ?? { name, waiters: new Set(), asked: null }
    lookUp.waiters.add(done)
    if (shared === undefined) {
      if (this.#underWay.size >= MAX_UNDER_WAY) this.#endUnwanted()
      this.#underWay.set(name, lookUp)
      const checking = this.#files.check(this.#now())
      if (checking === null) this.#start(lookUp)
      else void checking.then(() => this.#start(lookUp))
    }
    return () => lookUp.waiters.delete(done)
  }

  /** The Failure of a look-up that is given up at its deadline; undefined when the name did not answer in time. */
  givenUp(name: string): Failure | undefined {
    const lookUp = this.#underWay.get(name)
    if (lookUp === undefined) return undefined
    const answer = lookUp.asked?.current() ?? local('the hosts file could not be read in time')
    if (answer.code === 'TIMEOUT') return undefined
    const found = this.#found(name, answer)
    if (isFailure(found)) return found
    // Addresses of one family are there, and came so late because datagrams were lost.
    return lookUp.asked?.isLate() === true ? failure('local', 'the name servers answered late') : undefined
  }

  /** While its answer is kept, these addresses of `name` come first: one could be reached (RFC 8305, section 3.1 and 8), say. */
  prefer(name: string, addresses: readonly string[]): void {
    this.#kept.prefer(name, addresses)
  }

  /** Ends all look-ups. */
  close(): void {
    this.#closed = true
    for (const servers of [...this.#former, this.#servers]) servers.close()
  }

  #start(lookUp: LookUp): void {
    if (this.#closed) return this.#settle(lookUp, ended(), this.#servers)
    const host = lookUp.name.endsWith('.') ? lookUp.name.slice(0, -1) : lookUp.name
    let addresses = this.#ofFamily(this.#files.hosts.get(host) ?? [])
    const isLocal = host === 'localhost' || host.endsWith('.localhost')
    if (addresses.length === 0 && isLocal) addresses = this.#ofFamily(LOOPBACK)
    if (addresses.length > 0) this.#settle(lookUp, { addresses, ttlMs: MAX_TTL_MS, code: '' }, this.#servers)
    else this.#ask(lookUp, candidates(lookUp.name, this.#files.resolvConf), 'NODATA')
  }

  /** `saidOfName`: why the name as it is has no address, if that was asked already. */
  #ask(
    lookUp: LookUp,
    [candidate = '', ...others]: readonly string[],
    saidOfName: Exclude<Code, '' | 'LOCAL'>,
  ): void {
    const servers = this.#servers
    let settled = false
    const until = this.#now() + LATE_FAMILY_MS
    const wanted = () => lookUp.waiters.size > 0 || (settled && this.#now() < until)
    lookUp.asked = servers.ask(candidate, wanted, (answer) => {
      if (settled) {
        if (answer.code === '') this.#keep(lookUp, answer, servers)
        return
      }
      settled = true
      const { code } = answer
      if (!isDenial(code) && code !== 'SERVFAIL') return this.#settle(lookUp, answer, servers)
      // In the end, what was said of the name as it is tells more than what was said of it in some search domain.
      const said = candidate.length <= lookUp.name.length + 1 ? (code as typeof saidOfName) : saidOfName
      if (others.length === 0) this.#settle(lookUp, noAnswer(said), servers)
      else this.#ask(lookUp, others, said)
    })
  }

  #endUnwanted(): void {
    const unwanted = this.#underWay.values().find(({ waiters }) => waiters.size === 0)
    unwanted?.asked?.finish(ended())
  }

  #settle(lookUp: LookUp, answer: Answer, servers: NameServers): void {
    this.#underWay.delete(lookUp.name)
    this.#keep(lookUp, answer, servers)
    const found = this.#found(lookUp.name, answer)
    for (const waiter of lookUp.waiters) waiter(found)
    lookUp.waiters.clear()
  }

  #keep({ name }: LookUp, answer: Answer, servers: NameServers): void {
    if (servers === this.#servers) this.#kept.keep(name, answer, this.#now())
  }

  #found(name: string, { addresses, code, detail = '' }: Answer): Found {
    if (code === '') return addresses
    if (code === 'LOCAL') return failure('local', detail)
    const only = this.#family === 0 || code !== 'NODATA' ? '' : `, asked for IPv${this.#family} only`
    return failure('dns', `${name}: ${answerText(code)}${only}`)
  }

  #filesChanged(resolvConf: boolean): void {
    this.#kept.clear()
    if (!resolvConf || this.#closed) return
    const former = [...this.#former, this.#servers]
    // Their sockets stay open otherwise.
    for (const servers of former) if (servers.idle) servers.close()
    this.#former = former.filter((servers) => !servers.idle)
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
