import dns from 'node:dns'
import net from 'node:net'
import { failure } from '../flight.ts'
import type { Failure } from '../flight.ts'
import type { Fill } from '../lru.ts'
import type { PollOptions } from '../options.ts'
import { answerText, interleaved, isDenial, isOurs, noAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { candidates } from './candidates.ts'
import { KeptAnswers, MAX_TTL_MS } from './kept-answers.ts'
import { NameServers } from './servers.ts'
import { SystemFiles } from './system-files.ts'
import type { NameFiles } from './system-files.ts'

/** What a look-up comes to: addresses in the order to try them. */
export type Found = readonly string[] | Failure

/** A look-up under way, and who waits for it. */
interface LookUp {
  readonly name: string
  readonly began: number
  readonly waiters: Set<(found: Found) => void>
}

/** RFC 6761, section 6.3. */
const LOOPBACK = ['::1', '127.0.0.1']

/**
 * Looks names up: the hosts file, `localhost`, then the name servers with the search domains. Answers are kept, and one
 * look-up of a name serves all who wait for it. Look-ups under way are bounded by the polls in flight; one that
 * nobody waits for any more ends with c-ares' own timeout, and what it still finds is kept.
 */
export class Names {
  readonly #family: PollOptions['family']
  readonly #resolver: string | null
  readonly #now: () => number
  readonly #files: SystemFiles
  readonly #kept = new KeptAnswers()
  readonly #underWay = new Map<string, LookUp>()
  #servers: NameServers
  /** Of former configurations, those that still have something to answer. */
  #former: readonly NameServers[] = []
  #closed = false

  /** Throws when `resolver` is not an IP address with or without a port. */
  constructor(
    options: Pick<PollOptions, 'family' | 'resolver'>,
    now: () => number,
    files: Partial<NameFiles> = {},
  ) {
    this.#family = options.family
    this.#resolver = options.resolver
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
    return this.#found(name, kept.answer, kept.began)
  }

  /** Asks for `name`, calls `done` once, and returns what stops the waiting. */
  lookUp(name: string, done: (found: Found) => void): () => void {
    if (this.#closed) {
      done(this.#found(name, noAnswer(dns.CANCELLED), 0))
      return () => {}
    }
    const shared = this.#underWay.get(name)
    const lookUp = shared ?? { name, began: this.#now(), waiters: new Set() }
    lookUp.waiters.add(done)
    if (shared === undefined) {
      this.#underWay.set(name, lookUp)
      const checking = this.#files.check(lookUp.began)
      if (checking === null) this.#start(lookUp)
      else void checking.then(() => this.#start(lookUp))
    }
    return () => lookUp.waiters.delete(done)
  }

  /** The Failure of a look-up that was given up at its deadline, when the name servers are at fault. */
  silence(name: string): Failure | undefined {
    const lookUp = this.#underWay.get(name)
    return lookUp !== undefined && this.#areSilent(lookUp.began) ? silent() : undefined
  }

  /** This address of `name` could be reached: while its answer is kept, it comes first (RFC 8305, section 3.1 and 8). */
  prefer(name: string, address: string): void {
    this.#kept.prefer(name, address)
  }

  /** Ends all look-ups. */
  close(): void {
    this.#closed = true
    for (const servers of [...this.#former, this.#servers]) servers.close()
  }

  #start(lookUp: LookUp): void {
    if (this.#closed) return this.#settle(lookUp, noAnswer(dns.CANCELLED), this.#servers)
    const host = lookUp.name.replace(/\.$/, '')
    let addresses = this.#ofFamily(this.#files.hosts.get(host) ?? [])
    const isLocal = host === 'localhost' || host.endsWith('.localhost')
    if (addresses.length === 0 && isLocal) addresses = this.#ofFamily(LOOPBACK)
    if (addresses.length > 0) this.#settle(lookUp, { addresses, ttlMs: MAX_TTL_MS, code: '' }, this.#servers)
    else this.#ask(lookUp, candidates(lookUp.name, this.#files.resolvConf), dns.NODATA)
  }

  /** `saidOfName`: why the name as it is has no address, if that was asked already. */
  #ask(lookUp: LookUp, [candidate = '', ...others]: readonly string[], saidOfName: string): void {
    const servers = this.#servers
    let settled = false
    const wanted = () => lookUp.waiters.size > 0 && !this.#closed
    servers.ask(candidate, wanted, (answer) => {
      if (settled) {
        if (answer.code === '') this.#keep(lookUp, answer, servers)
        return
      }
      settled = true
      // In the end, what was said of the name as it is tells more than what was said of it in some search domain.
      const said = candidate.length <= lookUp.name.length + 1 ? answer.code : saidOfName
      const goesOn = isDenial(answer.code) || answer.code === dns.SERVFAIL
      if (!goesOn) this.#settle(lookUp, answer, servers)
      else if (others.length === 0) this.#settle(lookUp, noAnswer(said), servers)
      else this.#ask(lookUp, others, said)
    })
  }

  #settle(lookUp: LookUp, answer: Answer, servers: NameServers): void {
    this.#underWay.delete(lookUp.name)
    this.#keep(lookUp, answer, servers)
    const found = this.#found(lookUp.name, answer, lookUp.began)
    for (const waiter of lookUp.waiters) waiter(found)
    lookUp.waiters.clear()
  }

  #keep({ name, began }: LookUp, answer: Answer, servers: NameServers): void {
    if (servers === this.#servers) this.#kept.keep(name, answer, began, this.#now())
  }

  #found(name: string, { addresses, code }: Answer, began: number): Found {
    if (code === '') return addresses
    if (isOurs(code)) return failure('local', `no name server could be asked (${code})`)
    if (code === dns.TIMEOUT && this.#areSilent(began)) return silent()
    const text = answerText(code)
    if (!isDenial(code) && this.#servers.health.allFail(this.#now())) {
      return failure('local', `look-ups of every name fail: ${text}`)
    }
    const only = this.#family === 0 || code !== dns.NODATA ? '' : `, asked for IPv${this.#family} only`
    return failure('dns', `${name}: ${text}${only}`)
  }

  #areSilent(since: number): boolean {
    return this.#servers.health.silentSince(since, this.#now())
  }

  #filesChanged(resolvConf: boolean): void {
    this.#kept.clear()
    if (!resolvConf || this.#closed) return
    this.#former = [...this.#former, this.#servers].filter((servers) => !servers.idle)
    this.#servers = this.#newServers()
  }

  // A new one each time, since c-ares takes no other servers while questions are open: the old one answers those.
  #newServers(): NameServers {
    const conf = this.#files.resolvConf
    const servers = this.#resolver === null ? conf.servers : [this.#resolver]
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

function silent(): Failure {
  return failure('local', 'the name servers do not answer')
}
