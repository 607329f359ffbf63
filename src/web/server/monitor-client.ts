import type { MessagePort } from 'node:worker_threads'
import type { MonitorAnswer, MonitorQuestion } from '../../threads/web-protocol.ts'
import { ThreadClient } from '../../threads/thread-client.ts'

/** The monitor does not answer. */
export class MonitorError extends Error {}

/** Asks the monitor. A new one may take the place of an old one at any time. */
export class MonitorClient {
  readonly #client = new ThreadClient('monitor', MonitorError)

  /** Asks the monitor at the other end of this port from now on. Questions to the one before reject. */
  setPort(port: MessagePort): void {
    this.#client.setPort(port)
  }

  /** Resolves with the answer. Rejects with a MonitorError when there is none in time. */
  ask<Q extends MonitorQuestion>(question: Q): Promise<MonitorAnswer<Q['type']>> {
    return this.#client.ask(question) as Promise<MonitorAnswer<Q['type']>>
  }
}
