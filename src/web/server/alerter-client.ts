import type { MessagePort } from 'node:worker_threads'
import type { AlertAnswers, AlertQuestion } from '../../alerts/run/alert-question.ts'
import { ThreadClient } from '../../threads/thread-client.ts'

/** The alerter does not answer, or there are no alerts. */
export class AlerterError extends Error {}

/** Asks the alerter. A new one may take the place of an old one at any time. */
export class AlerterClient {
  readonly #client = new ThreadClient(
    'alerter',
    AlerterError,
    'this run has no alerts, or another machine of its cluster tells people',
  )

  /** Asks the alerter at the other end of this port from now on. Questions to the one before reject. */
  setPort(port: MessagePort): void {
    this.#client.setPort(port)
  }

  /** Whether there are alerts. */
  get isThere(): boolean {
    return this.#client.isThere
  }

  /** Resolves with the answer. Rejects with an AlerterError when there is none in time. */
  ask<Q extends AlertQuestion>(question: Q): Promise<AlertAnswers[Q['type']]> {
    const answer = this.#client.ask(question).catch((error: Error) => {
      // What the alerter throws has lost its class on the way.
      throw error instanceof AlerterError
        ? error
        : new AlerterError(`the state of alerts cannot be read: ${error.message}`)
    })
    return answer as Promise<AlertAnswers[Q['type']]>
  }
}
