import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import { AddressQuery } from './address-query.ts'
import type { AddressHandler } from './address-query.ts'
import { answerText, isDenial, localAnswer, noAnswer } from './dns-answer.ts'
import type { DnsAnswer, DnsCode } from './dns-answer.ts'
import { encodeQuery, queryOf, TYPE } from './query.ts'
import { NameServer } from './name-server.ts'
import { ServerProbe } from './server-probe.ts'
import { Question } from './question.ts'
import type { AnswerHandler, QuestionOptions } from './question.ts'
import { serverAddress } from './server-address.ts'
import { areServersSilent } from './silence.ts'

/** Interval between checks of the open questions, in ms. */
export const TICK_MS = 50

/** If a tick is this late, in ms, answers that arrived while the thread was stalled are read before it. */
const LATE_MS = 2 * TICK_MS

/** Codes that need no probe of the servers. */
const SETTLED: ReadonlySet<DnsCode> = new Set(['', 'NXDOMAIN', 'NODATA', 'TIMEOUT', 'LOCAL'])

/** The servers, as `ip` or `ip:port`, and the time for a lookup: `attempts` times `timeoutMs`. */
export interface NameServerOptions {
  readonly servers: readonly string[]
  readonly timeoutMs: number
  readonly attempts: number
  /** Whether each question starts with another server. */
  readonly rotate: boolean
  readonly family: 0 | 4 | 6
}

/** A lookup in flight. */
export interface PendingQuery {
  /** The answer if it ended now. */
  current(): DnsAnswer
  /** Whether a question was sent more than once. */
  wasRepeated(): boolean
  /** Ends it with this answer. */
  finish(answer: DnsAnswer): void
}

/** The name servers of one configuration and all questions to them. */
export class NameServers implements AddressHandler {
  readonly #servers: readonly NameServer[]
  readonly #family: 0 | 4 | 6
  readonly #rotate: boolean
  readonly #now: () => number
  readonly #lookupTimeoutMs: number
  /** Two for each lookup, and one of the probe. */
  readonly #open = new Set<Question>()
  readonly #probe: ServerProbe
  #nextServer = 0
  /** Number of conclusive answers: addresses, or that there are none. */
  #answerCount = 0
  #closed = false
  #timer: NodeJS.Timeout | null = null

  /** Throws if a server is not an IP address with or without a port. */
  constructor({ servers, timeoutMs, attempts, rotate, family }: NameServerOptions, now: () => number) {
    this.#servers = servers.map((text) => new NameServer(serverAddress(text), now))
    this.#family = family
    this.#rotate = rotate
    this.#now = now
    this.#lookupTimeoutMs = timeoutMs * attempts
    this.#probe = new ServerProbe(now, (query, ms, done) => {
      const options = this.#questionOptions(ms, () => true, false)
      this.#question(query, options, { answered: (_question, answer) => done(answer) }).ask()
    })
  }

  /** Looks up the addresses of an absolute name. `wanted`: see Question. `done`: see AddressHandler. */
  ask(name: string, wanted: () => boolean, done: (answer: DnsAnswer) => void): PendingQuery {
    const query = encodeQuery(name, TYPE.A)
    if (this.#closed || query === null) {
      const answer = this.#closed ? lookupsEnded() : noAnswer('BADNAME')
      done(answer)
      return { current: () => answer, wasRepeated: () => false, finish: () => {} }
    }
    const options = this.#questionOptions(this.#lookupTimeoutMs, wanted, true)
    const asked = new AddressQuery(query, this, done)
    asked.start(
      this.#family === 4 ? null : this.#question(queryOf(query, TYPE.AAAA), options, asked),
      this.#family === 6 ? null : this.#question(query, options, asked),
    )
    return asked
  }

  /** Whether no question is open. */
  get idle(): boolean {
    return this.#open.size === 0
  }

  /** Ends all lookups: their answer is LOCAL. */
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
      ended: this.#questionEnded,
    }
  }

  #question(query: Buffer, options: QuestionOptions, handler: AnswerHandler): Question {
    const question = new Question(query, options, handler)
    this.#open.add(question)
    this.#timer ??= setTimeout(this.#onTimer, TICK_MS, this.#now())
    return question
  }

  readonly #questionEnded = (question: Question, { code }: DnsAnswer): void => {
    this.#open.delete(question)
    if (code !== '' && !isDenial(code)) return
    this.#answerCount++
    this.#probe.settle(true)
  }

  readonly #getAnswerCount = (): number => this.#answerCount

  /** The servers in the order to ask them: silent ones come last. With `rotate` each question begins with another one. */
  #order(): readonly NameServer[] {
    if (this.#servers.length === 1) return this.#servers
    const first = this.#rotate ? this.#nextServer++ % this.#servers.length : 0
    const turned = [...this.#servers.slice(first), ...this.#servers.slice(0, first)]
    return [...turned.filter((server) => !server.isSuspect), ...turned.filter((server) => server.isSuspect)]
  }

  /** A lookup has an answer. If it is not conclusive, the servers must have answered another question since, or a probe now. */
  addressesAnswered(query: AddressQuery, answer: DnsAnswer): void {
    if (answer.code === '') this.#probe.rememberAnswered(query.query)
    if (!SETTLED.has(answer.code) && !query.serversHaveAnswered) {
      this.#probe.verify((serversWork) => query.done(serversWork ? answer : everyNameFails(answer)))
    } else query.done(this.finalAnswer(query, answer))
  }

  /** Blames the servers or lost datagrams instead of the name, unless something has been answered since. */
  finalAnswer(query: AddressQuery, answer: DnsAnswer): DnsAnswer {
    if (answer.code === '' || answer.code === 'LOCAL' || isDenial(answer.code)) return answer
    if (answer.code === 'TIMEOUT' && areServersSilent(query.open)) return localAnswer('dns-silent')
    return query.serversHaveAnswered ? answer : everyNameFails(answer)
  }

  readonly #onTimer = (startedAt: number): void => {
    const tick = () => {
      this.#timer = null
      if (this.#open.size === 0 || this.#closed) return
      const now = this.#now()
      for (const server of this.#servers) server.tick(this.#probe.query)
      let isOverdue = false
      for (const question of this.#open) {
        question.tick(now)
        isOverdue ||= question.isOverdue
      }
      if (isOverdue) this.#probe.send()
      this.#timer ??= setTimeout(this.#onTimer, TICK_MS, this.#now())
    }
    // In a turn of the event loop timers come first, then sockets, then immediates.
    if (this.#now() - startedAt >= LATE_MS) setImmediate(tick)
    else tick()
  }
}

/** The answer to lookups that are cut off, or that come too late. */
export function lookupsEnded(): DnsAnswer {
  return localAnswer('dns-closed')
}

function everyNameFails({ code }: DnsAnswer): DnsAnswer {
  return code === 'TIMEOUT'
    ? localAnswer('dns-silent', `${LOCAL_CAUSES['dns-silent'].text} for any name`)
    : localAnswer('dns-failing', `${LOCAL_CAUSES['dns-failing'].text}: ${answerText(code)}`)
}
