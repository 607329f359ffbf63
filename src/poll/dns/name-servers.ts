import { AddressQuery } from './address-query.ts'
import { answerText, isDenial, internalError, noAnswer } from './dns-answer.ts'
import type { DnsAnswer } from './dns-answer.ts'
import { encodeQuery, queryOf, TYPE } from './message.ts'
import { NameServer } from './name-server.ts'
import { ServerProbe } from './server-probe.ts'
import { Question } from './question.ts'
import type { QuestionOptions } from './question.ts'
import { serverAddress } from './server-address.ts'
import { areServersSilent } from './silence.ts'

/** How often open questions are looked at, in ms. */
export const TICK_MS = 50

/** Later than this, in ms, a tick lets answers be read first that came while the thread stood still. */
const LATE_MS = 2 * TICK_MS

/** How to ask: the servers as `ip` or `ip:port`, and how long a look-up may take: timeoutMs so many times. */
export interface NameServerOptions {
  readonly servers: readonly string[]
  readonly timeoutMs: number
  readonly attempts: number
  /** Whether each question starts with another server. */
  readonly rotate: boolean
  readonly family: 0 | 4 | 6
}

/** A look-up under way. */
export interface PendingQuery {
  /** What there is to say when it is given up now. */
  current(): DnsAnswer
  /** Whether a question had to be asked again. */
  isLate(): boolean
  /** Ends it with this answer. */
  finish(answer: DnsAnswer): void
}

/** The name servers of one configuration, and all that is asked of them. */
export class NameServers {
  readonly #servers: readonly NameServer[]
  readonly #family: 0 | 4 | 6
  readonly #rotate: boolean
  readonly #now: () => number
  readonly #lookupTimeoutMs: number
  /** Two for each look-up, and the probe's. */
  readonly #open = new Set<Question>()
  readonly #probe: ServerProbe
  #nextServer = 0
  /** Answers of substance: addresses, or that there are none. */
  #answerCount = 0
  #closed = false
  #timer: NodeJS.Timeout | null = null

  /** Throws when a server is not an IP address with or without a port. */
  constructor({ servers, timeoutMs, attempts, rotate, family }: NameServerOptions, now: () => number) {
    this.#servers = servers.map((text) => new NameServer(serverAddress(text), now))
    this.#family = family
    this.#rotate = rotate
    this.#now = now
    this.#lookupTimeoutMs = timeoutMs * attempts
    this.#probe = new ServerProbe(now, (query, ms, done) => {
      this.#question(
        query,
        this.#questionOptions(ms, () => true, false),
        done,
      ).start()
    })
  }

  /** Asks for the addresses of an absolute name. `wanted`, `done`: see Question and AddressQuery. */
  ask(name: string, wanted: () => boolean, done: (answer: DnsAnswer) => void): PendingQuery {
    const query = encodeQuery(name, TYPE.A)
    if (this.#closed || query === null) {
      const answer = this.#closed ? lookupsEnded() : noAnswer('BADNAME')
      done(answer)
      return { current: () => answer, isLate: () => false, finish: () => {} }
    }
    const options = this.#questionOptions(this.#lookupTimeoutMs, wanted, true)
    const question = (family: 4 | 6, answered: (answer: DnsAnswer) => void) =>
      this.#question(family === 4 ? query : queryOf(query, TYPE.AAAA), options, answered)
    const asked = new AddressQuery(this.#family, question, (answer, asking) => {
      if (answer.code === '') this.#probe.rememberAnswered(query)
      this.#judge(answer, asking, done)
    })
    return {
      current: () => this.#judged(asked.current, asked),
      isLate: () => asked.isLate,
      finish: (answer) => asked.finish(answer),
    }
  }

  /** Whether no question is open. */
  get idle(): boolean {
    return this.#open.size === 0
  }

  /** Ends all that is open: whoever waits is told. */
  close(): void {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    for (const question of this.#open) question.finish(lookupsEnded())
    this.#probe.close()
    for (const server of this.#servers) server.close()
  }

  #questionOptions(ms: number, wanted: () => boolean, overTcp: boolean): QuestionOptions {
    return {
      servers: this.#order(),
      expiresAt: this.#now() + ms,
      now: this.#now,
      wanted,
      overTcp,
      answerCount: this.#getAnswerCount,
    }
  }

  #question(query: Buffer, options: QuestionOptions, done: (answer: DnsAnswer) => void): Question {
    const question = new Question(query, options, (answer) => {
      this.#open.delete(question)
      if (answer.code === '' || isDenial(answer.code)) {
        this.#answerCount++
        this.#probe.settle(true)
      }
      done(answer)
    })
    this.#open.add(question)
    this.#timer ??= setTimeout(this.#onTimer, TICK_MS, this.#now())
    return question
  }

  readonly #getAnswerCount = (): number => this.#answerCount

  /** Those that answer first; with `rotate` beginning with another each time. */
  #order(): readonly NameServer[] {
    if (this.#servers.length === 1) return this.#servers
    const first = this.#rotate ? this.#nextServer++ % this.#servers.length : 0
    const turned = [...this.#servers.slice(first), ...this.#servers.slice(0, first)]
    return [...turned.filter((server) => !server.isSuspect), ...turned.filter((server) => server.isSuspect)]
  }

  /** Answers that leave the question open are doubted until the servers have answered somebody since, or the probe. */
  #judge(answer: DnsAnswer, query: AddressQuery, done: (answer: DnsAnswer) => void): void {
    const isError = !['', 'NXDOMAIN', 'NODATA', 'TIMEOUT', 'LOCAL'].includes(answer.code)
    if (isError && !query.serversHaveAnswered) {
      this.#probe.verify((serversWork) => done(serversWork ? answer : everyNameFails(answer)))
    } else done(this.#judged(answer, query))
  }

  #judged(answer: DnsAnswer, query: AddressQuery): DnsAnswer {
    if (answer.code === '' || answer.code === 'LOCAL' || isDenial(answer.code)) return answer
    if (answer.code === 'TIMEOUT' && areServersSilent(query.open))
      return internalError('the name servers do not answer')
    return query.serversHaveAnswered ? answer : everyNameFails(answer)
  }

  readonly #onTimer = (startedAt: number): void => {
    const tick = () => {
      this.#timer = null
      if (this.#open.size === 0 || this.#closed) return
      const now = this.#now()
      for (const server of this.#servers) server.tick(this.#probe.query)
      for (const question of this.#open) question.tick(now)
      if (this.#open.values().some((question) => question.isOverdue)) this.#probe.send()
      this.#timer ??= setTimeout(this.#onTimer, TICK_MS, this.#now())
    }
    // Timers come before sockets in a turn of the event loop, immediates after.
    if (this.#now() - startedAt >= LATE_MS) setImmediate(tick)
    else tick()
  }
}

/** Also for look-ups that were never begun. */
export function lookupsEnded(): DnsAnswer {
  return internalError('look-ups have ended')
}

function everyNameFails({ code }: DnsAnswer): DnsAnswer {
  return internalError(
    code === 'TIMEOUT'
      ? 'the name servers answer no name'
      : `look-ups of every name fail: ${answerText(code)}`,
  )
}
