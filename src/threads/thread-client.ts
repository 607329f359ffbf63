import type { MessagePort } from 'node:worker_threads'
import { withTimeout } from '../runtime/with-timeout.ts'
import { PendingCalls } from './pending-calls.ts'
import { sendRequests } from './requests.ts'

/** A thread that has not answered after this long does not answer, in ms. It may be replaced meanwhile. */
const ANSWER_TIMEOUT_MS = 5_000

/** Questions that wait for their answers; more are refused. */
const MAX_WAITING = 10_000

/** Asks another thread. A new one may take the place of an old one at any time. */
export class ThreadClient {
  readonly #name: string
  readonly #failure: new (message: string) => Error
  readonly #missing: string
  readonly #timeoutMs: number
  #questions: Questions | null = null
  #port: MessagePort | null = null

  /**
   * `name`: of the thread, in a sentence. `failure`: what `ask` rejects with. `missing`: why, before there is a thread. `timeoutMs`: how long an
   * answer is waited for.
   */
  constructor(
    name: string,
    failure: new (message: string) => Error,
    missing = `there is no ${name} yet`,
    timeoutMs = ANSWER_TIMEOUT_MS,
  ) {
    this.#name = name
    this.#failure = failure
    this.#missing = missing
    this.#timeoutMs = timeoutMs
  }

  /** Asks the thread at the other end of this port from now on. Questions to the one before reject. */
  setPort(port: MessagePort): void {
    this.#port?.close()
    this.#questions?.rejectAll(new this.#failure(`the ${this.#name} was replaced`))
    this.#port = port
    const questions = new Questions(port)
    this.#questions = questions
    port.once('close', () => questions.rejectAll(new this.#failure(`the ${this.#name} does not answer`)))
  }

  /** Whether there is a thread to ask, or was. */
  get isThere(): boolean {
    return this.#port !== null
  }

  /** Resolves with the answer. Rejects with a failure when there is none in time, or too many wait. */
  async ask(question: object): Promise<unknown> {
    if (this.#questions === null) throw new this.#failure(this.#missing)
    if (this.#questions.waiting >= MAX_WAITING)
      throw new this.#failure(`too many questions wait for the ${this.#name}`)
    const givenUp = new AbortController()
    const answer = this.#questions.ask(question, givenUp.signal)
    if (await withTimeout(answer, this.#timeoutMs)) return answer
    givenUp.abort()
    answer.catch(() => {}) // Reported below.
    throw new this.#failure(`the ${this.#name} does not answer`)
  }
}

/**
 * The questions to one thread. It gets each when it has answered the one before: a thread takes all messages that wait at one port before it looks
 * at another, so that of many it would not answer its supervisor.
 */
class Questions {
  readonly #send: (question: object) => Promise<unknown>
  readonly #pendingCalls = new PendingCalls()
  /** Settles when the last one that was asked is over. */
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(port: MessagePort) {
    this.#send = sendRequests(port)
  }

  get waiting(): number {
    return this.#waiting
  }

  rejectAll(error: Error): void {
    this.#pendingCalls.rejectAll(error)
  }

  /** Resolves with the answer. What is given up before its turn is not asked. */
  ask(question: object, givenUp: AbortSignal): Promise<unknown> {
    this.#waiting++
    const asked = this.#last.then(() => (givenUp.aborted ? null : this.#send(question)))
    const answer = this.#pendingCalls.track(asked)
    const over = () => void this.#waiting--
    this.#last = answer.then(over, over)
    return answer
  }
}
