import type { MessagePort } from 'node:worker_threads'
import type { HistoryAnswers, HistoryQuestion } from '../../history/record/history-question.ts'
import { ThreadClient } from '../../threads/thread-client.ts'

/** The recorder does not answer, or no history is kept. */
export class RecorderError extends Error {}

/** Asks the recorder. A new one may take the place of an old one at any time. */
export class RecorderClient {
  readonly #client = new ThreadClient('recorder', RecorderError)

  /** Asks the recorder at the other end of this port from now on. Questions to the one before reject. */
  setPort(port: MessagePort): void {
    this.#client.setPort(port)
  }

  /** Resolves with the answer. Rejects with a RecorderError when there is none in time. */
  ask<Q extends HistoryQuestion>(question: Q): Promise<HistoryAnswers[Q['type']]> {
    const answer = this.#client.ask(question).catch((error: Error) => {
      // What the recorder throws has lost its class on the way.
      throw error instanceof RecorderError
        ? error
        : new RecorderError(`the history cannot be read: ${error.message}`)
    })
    return answer as Promise<HistoryAnswers[Q['type']]>
  }
}
