import type { MessagePort } from 'node:worker_threads'
import { withTimeout } from '../../runtime/with-timeout.ts'
import { PendingCalls } from '../../threads/pending-calls.ts'
import type { MonitorAnswer, MonitorQuestion } from '../../threads/web-protocol.ts'
import { sendRequests } from '../../threads/requests.ts'

/** A monitor that has not answered after this long does not answer, in ms. It may be replaced meanwhile. */
const ANSWER_TIMEOUT_MS = 5_000

/** The monitor does not answer. */
export class MonitorError extends Error {}

/** Asks the monitor. A new one may take the place of an old one at any time. */
export class MonitorClient {
  #ask: (question: MonitorQuestion) => Promise<unknown> = () =>
    Promise.reject(new MonitorError('there is no monitor yet'))
  #pendingCalls = new PendingCalls()
  #port: MessagePort | null = null

  /** Asks the monitor at the other end of this port from now on. Questions to the one before reject. */
  setPort(port: MessagePort): void {
    this.#port?.close()
    this.#pendingCalls.rejectAll(new MonitorError('the monitor was replaced'))
    this.#port = port
    this.#pendingCalls = new PendingCalls()
    this.#ask = sendRequests(port)
  }

  /** Resolves with the answer. Rejects with a MonitorError when there is none in time. */
  async ask<Q extends MonitorQuestion>(question: Q): Promise<MonitorAnswer<Q['type']>> {
    const answer = this.#pendingCalls.track(this.#ask(question) as Promise<MonitorAnswer<Q['type']>>)
    if (await withTimeout(answer, ANSWER_TIMEOUT_MS)) return answer
    answer.catch(() => {}) // Reported below.
    throw new MonitorError('the monitor does not answer')
  }
}
