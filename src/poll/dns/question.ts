import type { DnsAnswer } from './dns-answer.ts'
import { isDenial, noAnswer, toAnswer } from './dns-answer.ts'
import { countLost, NO_DATAGRAMS, withDatagram, withoutDatagram } from './open-datagrams.ts'
import type { OpenDatagrams } from './open-datagrams.ts'
import { readReply } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Datagram, NameServer, Sender } from './name-server.ts'
import { failedOverTcp, serverUnreachable, silentOverTcp } from './server-errors.ts'
import { TcpFallback } from './tcp-fallback.ts'

/** A question is sent again after this time, in ms, to the next server if there is one. The delay doubles each time. */
export const MIN_RETRY_DELAY_MS = 250

/** Maximum delay between two datagrams of a question, in ms. */
const MAX_RETRY_DELAY_MS = 1_000

/** A server that answered with an error is asked again after this time, in ms: the error may be temporary. */
const ERROR_RETRY_DELAY_MS = 100

/** A question ends with an error after this many errors, if no server is left that may answer. */
const MIN_ERRORS = 2

const NO_SERVERS: readonly NameServer[] = []

/** Receives the answer to a question. */
export interface AnswerHandler {
  /** Called once. */
  answered(question: Question, answer: DnsAnswer): void
}

/** The options of a question. The questions about both families of a name share them. */
export interface QuestionOptions {
  /** At least one, in the order to ask them. */
  readonly servers: readonly NameServer[]
  /** The deadline, in ms. */
  readonly expiresAt: number
  readonly now: () => number
  /** Whether anyone waits for the answer. If not, the question is not sent again, but an answer is still accepted. */
  readonly wanted: () => boolean
  /** Whether to ask again over TCP if the answer does not fit into a datagram. */
  readonly overTcp: boolean
  /** Number of conclusive answers (addresses, or that there are none) to any question so far. */
  readonly answerCount: () => number
  /** Called when a question has its answer, before its handler gets it. */
  readonly ended: (question: Question, answer: DnsAnswer) => void
}

/** One question, for a name and family. It is sent until there is an answer, each time with another id and to the next server. */
export class Question implements Sender {
  readonly #query: Buffer
  readonly #options: QuestionOptions
  readonly #handler: AnswerHandler
  /** Datagrams without an answer. Bounded by the deadline and the delays. */
  #open: OpenDatagrams = NO_DATAGRAMS
  /** Servers that answered with an error, each once. */
  #failedServers: readonly NameServer[] = NO_SERVERS
  #errors = 0
  #error: DnsAnswer | null = null
  #foreign = false
  #answerCount: number
  #timesAsked = 0
  #retryDelayMs = MIN_RETRY_DELAY_MS
  #nextAt = Infinity
  #tcp: TcpFallback | null = null
  #ended = false

  /** The question owns `query`, and writes ids into it. */
  constructor(query: Buffer, options: QuestionOptions, handler: AnswerHandler) {
    this.#query = query
    this.#options = options
    this.#handler = handler
    this.#answerCount = options.answerCount()
  }

  /** Sends the question to the next server. Its handler calls it once, to start. */
  ask(): void {
    const { servers } = this.#options
    const server = servers[this.#timesAsked % servers.length] as NameServer
    // The servers asked before had their time.
    if (this.#timesAsked > 0) for (const { server: late } of this.#open) late.noteOverdue()
    this.#timesAsked++
    this.#nextAt = Infinity
    this.#open = withDatagram(this.#open, server.send(this.#query, this))
  }

  /** Whether it was sent more than once. */
  get wasRepeated(): boolean {
    return this.#timesAsked > 1
  }

  /** Whether it was sent more than once and somebody waits. */
  get isOverdue(): boolean {
    return this.#timesAsked > 1 && !this.#ended && this.#options.wanted()
  }

  /** The datagrams without an answer. */
  get unanswered(): readonly Datagram[] {
    return this.#open
  }

  /** The answer if it ended now. */
  get current(): DnsAnswer {
    if (this.#error !== null) return this.#error
    if (this.#tcp !== null) return silentOverTcp(this.#tcp.server)
    return noAnswer(this.#foreign ? 'BADRESP' : 'TIMEOUT')
  }

  /** Whether the servers have given anyone a conclusive answer since they last failed to give one here. */
  get serversHaveAnswered(): boolean {
    return this.#options.answerCount() > this.#answerCount
  }

  /** Called every TICK_MS. */
  tick(now: number): void {
    if (now >= this.#options.expiresAt) return this.finish(this.current)
    if (this.#tcp !== null && now >= this.#tcp.expiresAt) return this.#tcpFailed('no answer in time')
    if (now >= this.#nextAt && this.#options.wanted()) this.ask()
  }

  /** Ends it with this answer. */
  finish(answer: DnsAnswer): void {
    if (this.#ended) return
    this.#ended = true
    // The list stays: areServersSilent uses it.
    for (const datagram of this.#open) datagram.cancel()
    this.#tcp?.stop()
    this.#options.ended(this, answer)
    this.#handler.answered(this, answer)
  }

  /** One of its datagrams was sent. */
  sent(): void {
    this.#nextAt = this.#options.now() + this.#retryDelayMs
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, MAX_RETRY_DELAY_MS)
  }

  /** Handles a reply to one of its datagrams, or its error. Returns false for a reply to another question. */
  receive(datagram: Datagram, result: Buffer | Error): boolean {
    if (result instanceof Error) {
      datagram.server.noteFailure()
      this.#open = withoutDatagram(this.#open, datagram)
      this.#failed(datagram.server, serverUnreachable(datagram.server, result))
      return true
    }
    const reply = readReply(result, this.#query)
    if (reply === 'foreign') {
      this.#foreign = true
      return false
    }
    datagram.server.noteAnswer(datagram.sentAt)
    this.#open = withoutDatagram(this.#open, datagram)
    if (this.#open.length > 0) this.#open = countLost(this.#open, datagram, datagram.server)
    if (reply === 'malformed') this.#failed(datagram.server, noAnswer('BADRESP'))
    else if (!reply.truncated || !this.#options.overTcp) this.#take(datagram.server, reply)
    else if (this.#tcp === null) this.#askOverTcp(datagram.server, reply)
    if (this.#ended && this.#open.length > 0) this.#open = countLost(this.#open, datagram, null)
    return true
  }

  #take(server: NameServer, reply: Reply): void {
    const answer = toAnswer(reply)
    if (answer.code === '' || isDenial(answer.code)) this.finish(answer)
    else this.#failed(server, answer)
  }

  #failed(server: NameServer, error: DnsAnswer): void {
    const { servers, now, answerCount } = this.#options
    // An error that a server reports says more than a server that could not be asked.
    if (this.#error === null || error.code !== 'LOCAL') this.#error = error
    this.#answerCount = answerCount()
    this.#errors++
    if (!this.#failedServers.includes(server)) this.#failedServers = [...this.#failedServers, server]
    const isLast = servers.every((each) => this.#failedServers.includes(each) || each.isSuspect)
    if (isLast && this.#errors >= MIN_ERRORS) return this.finish(this.#error)
    if (this.#timesAsked < servers.length) this.ask()
    else this.#nextAt = Math.min(this.#nextAt, now() + ERROR_RETRY_DELAY_MS)
  }

  #askOverTcp(server: NameServer, part: Reply): void {
    this.#nextAt = Infinity
    this.#tcp = new TcpFallback(server, this.#query, part, this.#options.now(), (result) => {
      if (this.#ended) return
      if (typeof result === 'string') return this.#tcpFailed(result)
      this.#tcp = null
      this.#take(server, result)
    })
  }

  #tcpFailed(why: string): void {
    if (this.#tcp === null) return
    const { server, part } = this.#tcp
    this.#tcp.stop()
    this.#tcp = null
    // Some of the addresses are better than none.
    if (part.addresses.length > 0) this.finish({ addresses: part.addresses, ttlMs: part.ttlMs, code: '' })
    else this.#failed(server, failedOverTcp(server, why))
  }
}
