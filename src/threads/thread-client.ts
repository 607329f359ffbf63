import type { MessagePort } from 'node:worker_threads'
import { withTimeout } from '../runtime/with-timeout.ts'
import { PendingCalls } from './pending-calls.ts'
import { sendRequests } from './requests.ts'

/** A thread that has not answered after this long does not answer, in ms. It may be replaced meanwhile. */
const ANSWER_TIMEOUT_MS = 5_000

/** Asks another thread. A new one may take the place of an old one at any time. */
export class ThreadClient {
  readonly #name: string
  readonly #failure: new (message: string) => Error
  #ask: (question: object) => Promise<unknown>
  #pendingCalls = new PendingCalls()
  #port: MessagePort | null = null

  /** `name`: of the thread, in a sentence. `failure`: what `ask` rejects with. `missing`: why, before there is a thread. */
  constructor(name: string, failure: new (message: string) => Error, missing = `there is no ${name} yet`) {
    this.#name = name
    this.#failure = failure
    this.#ask = () => Promise.reject(new failure(missing))
  }

  /** Asks the thread at the other end of this port from now on. Questions to the one before reject. */
  setPort(port: MessagePort): void {
    this.#port?.close()
    this.#pendingCalls.rejectAll(new this.#failure(`the ${this.#name} was replaced`))
    this.#port = port
    const pendingCalls = new PendingCalls()
    this.#pendingCalls = pendingCalls
    this.#ask = sendRequests(port)
    port.once('close', () => pendingCalls.rejectAll(new this.#failure(`the ${this.#name} does not answer`)))
  }

  /** Whether there is a thread to ask, or was. */
  get isThere(): boolean {
    return this.#port !== null
  }

  /** Resolves with the answer. Rejects with a failure when there is none in time. */
  async ask(question: object): Promise<unknown> {
    const answer = this.#pendingCalls.track(this.#ask(question))
    if (await withTimeout(answer, ANSWER_TIMEOUT_MS)) return answer
    answer.catch(() => {}) // Reported below.
    throw new this.#failure(`the ${this.#name} does not answer`)
  }
}
