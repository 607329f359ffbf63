import dns from 'node:dns'
import net from 'node:net'
import os from 'node:os'
import { failure } from '../flight.ts'
import type { Failure } from '../flight.ts'
import type { PollOptions } from '../options.ts'
import { answerText, interleaved, isDenial, isOurs, noAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { candidates } from './candidates.ts'
import { parseHosts } from './hosts.ts'
import { Lru } from './lru.ts'
import { parseResolvConf } from './resolv-conf.ts'
import { NameServers } from './servers.ts'
import { WatchedFile } from './watched-file.ts'

/** Names kept, at about 300 bytes each: those that a poller asks within a TTL, or the cache is of no use. */
export const MAX_NAMES = 50_000

/** Bounds of how long an answer is kept, in ms. */
export const MIN_TTL_MS = 1_000
export const MAX_TTL_MS = 3_600_000

/** How long it is kept that a name has no address, in ms. */
export const DENIAL_MS = 5_000

/** How long it is kept that a look-up failed, in ms: short, so that a second look asks again. */
export const FAILURE_MS = 1_000

/** The system's files are looked at this often at most, in ms. */
export const FILES_MS = 3_000

/** The system's files about names. */
export interface NameFiles {
  readonly hosts: string
  readonly resolvConf: string
}

const SYSTEM_FILES: NameFiles = { hosts: '/etc/hosts', resolvConf: '/etc/resolv.conf' }

/** What a look-up is told in the end: addresses in the order to try them. */
export type Found = readonly string[] | Failure

interface Entry {
  readonly answer: Answer
  readonly began: number
  readonly expiresAt: number
}

interface LookUp {
  readonly name: string
  readonly began: number
  readonly waiters: Set<(found: Found) => void>
}

/**
 * Looks names up: the hosts file, `localhost`, then the name servers with the search domains. Answers are kept for
 * their TTL, and one look-up of a name serves all who wait for it. Pending look-ups are bounded by the polls in flight,
 * and those given up end with c-ares' own timeout.
 */
export class Names {
  readonly #family: PollOptions['family']
  readonly #resolver: string | null
  readonly #now: () => number
  readonly #hosts
  readonly #resolvConf
  readonly #cache = new Lru<Entry>(MAX_NAMES)
  readonly #pending = new Map<string, LookUp>()
  #servers: NameServers
  #checkAt = -Infinity
  #checking: Promise<void> | null = null
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
    this.#hosts = new WatchedFile(files.hosts ?? SYSTEM_FILES.hosts, parseHosts)
    this.#resolvConf = new WatchedFile(files.resolvConf ?? SYSTEM_FILES.resolvConf, (text) =>
      parseResolvConf(text, os.hostname()),
    )
    this.#servers = this.#newServers()
  }

  /** What is known of `name` without asking; undefined for nothing. */
  known(name: string): Found | undefined {
    const now = this.#now()
    if (now >= this.#checkAt) void this.#checkFiles()
    const entry = this.#cache.get(name)
    return entry === undefined || entry.expiresAt <= now
      ? undefined
      : this.#found(name, entry.answer, entry.began)
  }

  /** Asks for `name`, calls `done` once, and returns what stops the waiting. */
  lookUp(name: string, done: (found: Found) => void): () => void {
    if (this.#closed) {
      done(this.#found(name, noAnswer(dns.CANCELLED), 0))
      return () => {}
    }
    const shared = this.#pending.get(name)
    const lookUp = shared ?? { name, began: this.#now(), waiters: new Set() }
    lookUp.waiters.add(done)
    if (shared === undefined) {
      this.#pending.set(name, lookUp)
      const checking = lookUp.began >= this.#checkAt ? this.#checkFiles() : this.#checking
      if (checking === null) this.#start(lookUp)
      else void checking.then(() => this.#start(lookUp))
    }
    return () => lookUp.waiters.delete(done)
  }

  /** The Failure of a look-up that was given up at its deadline, if the name servers are at fault. */
  silence(name: string): Failure | undefined {
    const lookUp = this.#pending.get(name)
    if (lookUp === undefined || !this.#servers.health.silentSince(lookUp.began, this.#now())) return undefined
    return failure('local', 'the name servers do not answer')
  }

  /** Ends all look-ups. */
  close(): void {
    this.#closed = true
    this.#servers.close()
  }

  #start(lookUp: LookUp): void {
    const host = lookUp.name.replace(/\.$/, '')
    const local = this.#ofFamily(this.#hosts.value.get(host) ?? [])
    if (local.length === 0 && (host === 'localhost' || host.endsWith('.localhost'))) {
      local.push(...this.#ofFamily(['::1', '127.0.0.1']))
    }
    if (local.length > 0) this.#settle(lookUp, { addresses: local, ttlMs: MAX_TTL_MS, code: '' })
    else this.#ask(lookUp, candidates(lookUp.name, this.#resolvConf.value), dns.NODATA)
  }

  #ask(lookUp: LookUp, [candidate = '', ...others]: readonly string[], saidOfName: string): void {
    const servers = this.#servers
    let answered = false
    const wanted = () => lookUp.waiters.size > 0 && !this.#closed
    servers.ask(candidate, wanted, (answer) => {
      if (answered) {
        if (answer.code === '') this.#keep(lookUp, servers, answer)
        return
      }
      answered = true
      if (answer.code === '') return this.#settle(lookUp, answer, servers)
      // What was said of the name as it is tells more than what was said of it in some search domain.
      const said = candidate.length <= lookUp.name.length + 1 ? answer.code : saidOfName
      const goesOn = isDenial(answer.code) || answer.code === dns.SERVFAIL
      if (!goesOn) this.#settle(lookUp, answer, servers)
      else if (others.length === 0) this.#settle(lookUp, noAnswer(said), servers)
      else this.#ask(lookUp, others, said)
    })
  }

  #settle(lookUp: LookUp, answer: Answer, servers = this.#servers): void {
    this.#pending.delete(lookUp.name)
    this.#keep(lookUp, servers, answer)
    const found = this.#found(lookUp.name, answer, lookUp.began)
    for (const waiter of lookUp.waiters) waiter(found)
    lookUp.waiters.clear()
  }

  #keep({ name, began }: LookUp, servers: NameServers, answer: Answer): void {
    if (servers !== this.#servers) return
    const keptMs =
      answer.code === ''
        ? Math.min(Math.max(answer.ttlMs, MIN_TTL_MS), MAX_TTL_MS)
        : isDenial(answer.code)
          ? DENIAL_MS
          : FAILURE_MS
    this.#cache.set(name, { answer, began, expiresAt: this.#now() + keptMs })
  }

  #found(name: string, { addresses, code }: Answer, began: number): Found {
    if (code === '') return addresses
    const { health } = this.#servers
    const now = this.#now()
    if (isOurs(code)) return failure('local', `no name server could be asked (${code})`)
    if (code === dns.TIMEOUT && health.silentSince(began, now)) {
      return failure('local', 'the name servers do not answer')
    }
    if (!isDenial(code) && health.allFail(now)) return failure('local', `every name: ${answerText(code)}`)
    const only = this.#family === 0 || code !== dns.NODATA ? '' : `, asked for IPv${this.#family} only`
    return failure('dns', `${name}: ${answerText(code)}${only}`)
  }

  #checkFiles(): Promise<void> {
    this.#checkAt = this.#now() + FILES_MS
    this.#checking ??= Promise.all([this.#hosts.check(), this.#resolvConf.check()]).then(
      ([hosts, resolvConf]) => {
        this.#checking = null
        if (hosts || resolvConf) this.#cache.clear()
        if (resolvConf && !this.#closed) this.#servers = this.#newServers()
      },
    )
    return this.#checking
  }

  // A new one each time, since c-ares takes no other servers while questions are open: the old one answers those.
  #newServers(): NameServers {
    const conf = this.#resolvConf.value
    const servers = this.#resolver === null ? conf.servers : [this.#resolver]
    return new NameServers({ ...conf, servers, family: this.#family }, this.#now)
  }

  #ofFamily(addresses: readonly string[]): string[] {
    const ofFamily = (family: 4 | 6) =>
      this.#family === 0 || this.#family === family
        ? addresses.filter((address) => net.isIP(address) === family)
        : []
    return interleaved(ofFamily(6), ofFamily(4))
  }
}
