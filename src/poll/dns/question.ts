import { LOCAL_CAUSES } from '../../state/local-causes.ts'
import { classify } from '../attempt/classify.ts'
import type { DnsAnswer } from './dns-answer.ts'
import { codeOf, internalError, noAnswer } from './dns-answer.ts'
import { readReply } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Datagram, NameServer, Sender } from './name-server.ts'
import { TcpQueryError } from './tcp-query.ts'

/** A question is asked again after this long, in ms, at the next server if there is one; then after twice as long, … */
export const MIN_RETRY_DELAY_MS = 250
/** … up to this long. */
const MAX_RETRY_DELAY_MS = 1_000

/** A server that failed is asked again after this long, in ms: it may pass. */
const ERROR_RETRY_DELAY_MS = 100

/** So many errors end a question, when every server that answers at all has made one. */
const MIN_ERRORS = 2

/** How long TCP may take where UDP brought only a part, in ms; less where that part has addresses. */
const TCP_MS = 3_000
const TCP_WITH_PART_MS = 1_000

const NO_SERVERS: readonly NameServer[] = []
const NO_DATAGRAMS: readonly Datagram[] = []

/** Who asks a question. */
export interface Asker {
  /** Called once. */
  answered(question: Question, answer: DnsAnswer): void
}

/** What a question needs to know; both families of a name share it. */
export interface QuestionOptions {
  /** In the order to ask them. At least one. */
  readonly servers: readonly NameServer[]
  /** In ms. */
  readonly expiresAt: number
  readonly now: () => number
  /** Whether anyone still waits: else it is not asked again, but what comes is taken. */
  readonly wanted: () => boolean
  /** Whether more than fits into a datagram is asked for over TCP. */
  readonly overTcp: boolean
  /** How many answers of substance the servers have given so far, whatever the name. */
  readonly answerCount: () => number
  /** Called when a question has its answer, before its asker is. */
  readonly ended: (question: Question, answer: DnsAnswer) => void
}

/** A query over TCP that is under way, and what UDP brought. */
interface Tcp {
  readonly server: NameServer
  readonly stop: () => void
  readonly until: number
  readonly part: Reply
}

/** One question: asked again until there is an answer, each time under another id, and at the next server. */
export class Question implements Sender {
  readonly #query: Buffer
  readonly #options: QuestionOptions
  readonly #asker: Asker
  /** Those without an answer; with the gaps, bounded by the time that the question has. */
  #open: readonly Datagram[] = NO_DATAGRAMS
  /** Those that failed to answer, once each. */
  #failedServers: readonly NameServer[] = NO_SERVERS
  #errors = 0
  #error: DnsAnswer | null = null
  #foreign = false
  #answerCount: number
  #timesAsked = 0
  #retryDelayMs = MIN_RETRY_DELAY_MS
  #nextAt = Infinity
  #tcp: Tcp | null = null
  #ended = false

  /** `query` is its own: ids are written into it. */
  constructor(query: Buffer, options: QuestionOptions, asker: Asker) {
    this.#query = query
    this.#options = options
    this.#asker = asker
    this.#answerCount = options.answerCount()
  }

  /** Sends the first datagram. */
  start(): void {
    this.#ask()
  }

  /** Whether it was asked again. */
  get isLate(): boolean {
    return this.#timesAsked > 1
  }

  /** Whether it was asked again, and somebody waits. */
  get isOverdue(): boolean {
    return this.#timesAsked > 1 && !this.#ended && this.#options.wanted()
  }

  /** The datagrams that got no answer. */
  get unanswered(): readonly Datagram[] {
    return this.#open
  }

  /** What there is to say now, if nothing more came. */
  get current(): DnsAnswer {
    if (this.#error !== null) return this.#error
    if (this.#tcp !== null)
      return internalError('dns-tcp', `${this.#tcp.server.title} ${LOCAL_CAUSES['dns-tcp'].text}`)
    return noAnswer(this.#foreign ? 'BADRESP' : 'TIMEOUT')
  }

  /** Whether the servers gave an answer of substance to anyone since they failed to give one here. */
  get serversHaveAnswered(): boolean {
    return this.#options.answerCount() > this.#answerCount
  }

  /** To be called every TICK_MS. */
  tick(now: number): void {
    if (now >= this.#options.expiresAt) return this.finish(this.current)
    if (this.#tcp !== null && now >= this.#tcp.until) return this.#tcpFailed('no answer in time')
    if (now >= this.#nextAt && this.#options.wanted()) this.#ask()
  }

  /** Ends it with this answer. */
  finish(answer: DnsAnswer): void {
    if (this.#ended) return
    this.#ended = true
    // They stay, for whoever judges by them.
    for (const datagram of this.#open) datagram.cancel()
    this.#tcp?.stop()
    this.#options.ended(this, answer)
    this.#asker.answered(this, answer)
  }

  #ask(): void {
    const { servers } = this.#options
    const server = servers[this.#timesAsked % servers.length] as NameServer
    // The one before had its time.
    if (this.#timesAsked > 0) for (const { server: late } of this.#open) late.noteOverdue()
    this.#timesAsked++
    this.#nextAt = Infinity
    const datagram = server.send(this.#query, this)
    this.#open = this.#open.length === 0 ? [datagram] : [...this.#open, datagram]
  }

  /** For its datagrams. */
  sent(): void {
    this.#nextAt = this.#options.now() + this.#retryDelayMs
    this.#retryDelayMs = Math.min(this.#retryDelayMs * 2, MAX_RETRY_DELAY_MS)
  }

  /** For its datagrams. */
  receive(datagram: Datagram, result: Buffer | Error): boolean {
    if (result instanceof Error) {
      datagram.server.noteFailure()
      this.#remove(datagram)
      this.#failed(
        datagram.server,
        internalError(
          'dns-unreachable',
          `${datagram.server.title} ${LOCAL_CAUSES['dns-unreachable'].text}: ${classify(result).detail}`,
        ),
      )
      return true
    }
    const reply = readReply(result, this.#query)
    if (reply === 'foreign') {
      this.#foreign = true
      return false
    }
    datagram.server.noteAnswer(datagram.sentAt)
    this.#remove(datagram)
    if (this.#open.length > 0) this.#countLost(datagram, datagram.server)
    if (reply === 'malformed') this.#failed(datagram.server, noAnswer('BADRESP'))
    else if (!reply.truncated || !this.#options.overTcp) this.#take(datagram.server, reply)
    else if (this.#tcp === null) this.#goOnOverTcp(datagram.server, reply)
    if (this.#ended && this.#open.length > 0) this.#countLost(datagram, null)
    return true
  }

  #remove(datagram: Datagram): void {
    if (this.#open.length === 1) this.#open = NO_DATAGRAMS
    else this.#open = this.#open.filter((open) => open !== datagram)
  }

  /** What was sent before, to that server or (null) to any, had no answer when a later one had. */
  #countLost({ sentAt }: Datagram, server: NameServer | null): void {
    const isLost = (earlier: Datagram) =>
      earlier.sentAt < sentAt && (server === null || earlier.server === server)
    for (const earlier of this.#open) {
      if (!isLost(earlier)) continue
      earlier.server.loss.record(true)
      earlier.cancel()
    }
    this.#open = this.#open.filter((earlier) => !isLost(earlier))
  }

  #take(server: NameServer, { rcode, addresses, ttlMs }: Reply): void {
    const code = codeOf(rcode, addresses.length)
    if (code === '') this.finish({ addresses, ttlMs, code })
    else if (code === 'NXDOMAIN' || code === 'NODATA') this.finish(noAnswer(code))
    else this.#failed(server, noAnswer(code))
  }

  #failed(server: NameServer, error: DnsAnswer): void {
    const { servers, now, answerCount } = this.#options
    // What a server says tells more than that another could not be asked.
    if (this.#error === null || error.code !== 'LOCAL') this.#error = error
    this.#answerCount = answerCount()
    this.#errors++
    if (!this.#failedServers.includes(server)) this.#failedServers = [...this.#failedServers, server]
    const isLast = servers.every((each) => this.#failedServers.includes(each) || each.isSuspect)
    if (isLast && this.#errors >= MIN_ERRORS) return this.finish(this.#error)
    if (this.#timesAsked < servers.length) this.#ask()
    else this.#nextAt = Math.min(this.#nextAt, now() + ERROR_RETRY_DELAY_MS)
  }

  #goOnOverTcp(server: NameServer, part: Reply): void {
    this.#nextAt = Infinity
    const stop = server.askOverTcp(this.#query, (result) => {
      if (this.#ended) return
      if (result instanceof TcpQueryError) return this.#tcpFailed(result.message)
      if (result instanceof Error) return this.#tcpFailed(classify(result).detail)
      const reply = readReply(result, this.#query)
      if (reply === 'foreign' || reply === 'malformed') return this.#tcpFailed('the answer makes no sense')
      this.#tcp = null
      this.#take(server, reply)
    })
    const ms = part.addresses.length > 0 ? TCP_WITH_PART_MS : TCP_MS
    this.#tcp = { server, stop, until: this.#options.now() + ms, part }
  }

  #tcpFailed(why: string): void {
    if (this.#tcp === null) return
    const { server, stop, part } = this.#tcp
    this.#tcp = null
    stop()
    // Some of the addresses are better than none.
    if (part.addresses.length > 0) this.finish({ addresses: part.addresses, ttlMs: part.ttlMs, code: '' })
    else
      this.#failed(
        server,
        internalError('dns-tcp', `${server.title}: the answer is too long for UDP, and over TCP: ${why}`),
      )
  }
}
