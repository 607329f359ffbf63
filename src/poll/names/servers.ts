import dns from 'node:dns'
import { merged, noAnswer } from './answer.ts'
import type { Answer } from './answer.ts'
import { ServerHealth } from './health.ts'

/** Where addresses of one family are there, those of the other are waited for this long, in ms (RFC 8305, section 3). */
const RESOLUTION_DELAY_MS = 50

/** When nothing has been heard for this long, in ms, while questions are open, the probe is sent. */
const PROBE_AFTER_MS = 250

/** How to ask: the addresses of the servers, how long one may take in ms, how often all are asked. */
export interface Asking {
  readonly servers: readonly string[]
  readonly timeoutMs: number
  readonly attempts: number
  readonly family: 0 | 4 | 6
}

/** The name servers of one configuration, asked by c-ares: on sockets of its own, never in the thread pool of getaddrinfo. */
export class NameServers {
  readonly health = new ServerHealth()
  readonly #makeResolver: () => dns.Resolver
  readonly #resolver: dns.Resolver
  /** One for each name that is asked again; no more than there are look-ups in flight. */
  readonly #patient = new Set<dns.Resolver>()
  readonly #family: 0 | 4 | 6
  readonly #now: () => number
  readonly #patienceMs: number
  #open = 0
  #probing = false
  #watch: NodeJS.Timeout | null = null

  constructor(asking: Asking, now: () => number) {
    this.#makeResolver = () => {
      const resolver = new dns.Resolver({ timeout: asking.timeoutMs, tries: asking.attempts })
      resolver.setServers(asking.servers)
      return resolver
    }
    this.#resolver = this.#makeResolver()
    this.#family = asking.family
    this.#patienceMs = asking.timeoutMs * asking.attempts
    this.#now = now
  }

  /**
   * Asks for the addresses of an absolute name, both families at once. `done` is called with the answer; a second time
   * when the family that was late comes after all. `wanted` says whether anyone still waits.
   */
  ask(name: string, wanted: () => boolean, done: (answer: Answer) => void): void {
    if (this.#family !== 0) {
      this.#askOne(name, this.#family, wanted, (answer) => this.#end(name, answer, done))
      return
    }
    const answers: { 4?: Answer; 6?: Answer } = {}
    let timer: NodeJS.Timeout | null = null
    const take = (family: 4 | 6, answer: Answer) => {
      answers[family] = answer
      if (answers[4] !== undefined && answers[6] !== undefined) {
        if (timer !== null) clearTimeout(timer)
        this.#end(name, merged(answers[6], answers[4]), done)
      } else if (answer.code === '') {
        timer = setTimeout(() => this.#end(name, answer, done), RESOLUTION_DELAY_MS)
      }
    }
    this.#askOne(name, 6, wanted, (answer) => take(6, answer))
    this.#askOne(name, 4, wanted, (answer) => take(4, answer))
  }

  /** Whether no question is open. */
  get idle(): boolean {
    return this.#open === 0
  }

  /** Ends all that is open. */
  close(): void {
    this.#resolver.cancel()
    for (const resolver of this.#patient) resolver.cancel()
  }

  // c-ares shortens its timeouts to five times what the server usually takes, 250 ms at least: timeout 5 s with 2 tries
  // was seen to give up after 2 s, which a slow zone takes easily, and what comes later is dropped. So a name that timed
  // out is asked again, until the configured time has passed, by a Resolver of its own, which knows of no usual time.
  #askOne(name: string, family: 4 | 6, wanted: () => boolean, done: (answer: Answer) => void): void {
    const began = this.#now()
    const query = (resolver: dns.Resolver) => {
      this.#open++
      this.#watchSilence()
      const ended = (error: NodeJS.ErrnoException | null, records: dns.RecordWithTtl[]) => {
        this.#open--
        // An alias that leads nowhere is a success without records.
        const code = codeOf(error) || (records.length === 0 ? dns.NODATA : '')
        this.health.heard(code, this.#now())
        this.#patient.delete(resolver)
        if (code === dns.TIMEOUT && wanted() && this.#now() - began < this.#patienceMs) {
          const patient = this.#makeResolver()
          this.#patient.add(patient)
          return query(patient)
        }
        if (code !== '') return done(noAnswer(code))
        done({
          addresses: records.map(({ address }) => address),
          ttlMs: records.reduce((least, { ttl }) => Math.min(least, ttl), Infinity) * 1e3,
          code,
        })
      }
      if (family === 6) resolver.resolve6(name, { ttl: true }, ended)
      else resolver.resolve4(name, { ttl: true }, ended)
    }
    query(this.#resolver)
  }

  #end(name: string, answer: Answer, done: (answer: Answer) => void): void {
    if (this.health.ended(name, answer.code, this.#now())) this.#probe()
    done(answer)
  }

  /** One timer for all open questions; none while there are none. */
  #watchSilence(): void {
    if (this.#watch !== null) return
    this.#watch = setTimeout(() => {
      this.#watch = null
      if (this.#open === 0) return
      if (this.#now() - this.health.heardAt >= PROBE_AFTER_MS) this.#probe()
      this.#watchSilence()
    }, PROBE_AFTER_MS).unref()
  }

  #probe(): void {
    if (this.#probing) return
    this.#probing = true
    this.#resolver.resolveNs('.', (error) => {
      this.#probing = false
      const code = codeOf(error)
      this.health.heard(code, this.#now())
      this.health.ended('', code, this.#now())
    })
  }
}

function codeOf(error: NodeJS.ErrnoException | null): string {
  return error === null ? '' : (error.code ?? dns.BADRESP)
}
