import type { MessagePort } from 'node:worker_threads'
import { monotonicMs } from '../runtime/clock.ts'
import type { SharedStateMessage, SharedStateReply } from './alerter-protocol.ts'

type Fields = SharedStateMessage['fields']

/** The alerter's end of the port to the state of alerts that machines share. */
export class SharedStateClient {
  readonly #port: MessagePort
  #seed: Fields = []
  #until = Number.NEGATIVE_INFINITY
  #sent = 0
  #saved = 0
  /** What waits until so many messages are saved. Bounded by those under way. */
  #waiting: (readonly [count: number, done: () => void])[] = []

  private constructor(port: MessagePort) {
    this.#port = port
  }

  /** Resolves when the state is there. */
  static open(port: MessagePort): Promise<SharedStateClient> {
    const client = new SharedStateClient(port)
    return new Promise((resolve) => {
      port.on('message', (reply: SharedStateReply) => client.#handle(reply, () => resolve(client)))
    })
  }

  /** All rows, as they were at the beginning. */
  get seed(): Fields {
    return this.#seed
  }

  /** These rows were written. */
  written(fields: Fields): void {
    if (fields.length === 0) return
    this.#sent++
    this.#port.postMessage({ type: 'save', fields } satisfies SharedStateMessage)
  }

  /** Resolves when all that was written so far is saved. */
  saved(): Promise<void> {
    if (this.#saved >= this.#sent) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push([this.#sent, resolve]))
  }

  /** Whether no other machine tells people. */
  maySend(): boolean {
    return monotonicMs() < this.#until
  }

  #handle(reply: SharedStateReply, opened: () => void): void {
    switch (reply.type) {
      case 'state':
        this.#seed = reply.fields
        return opened()
      case 'lease':
        this.#until = reply.until
        return
      case 'saved': {
        this.#saved++
        const ready = this.#waiting.filter(([count]) => count <= this.#saved)
        this.#waiting = this.#waiting.filter(([count]) => count > this.#saved)
        for (const [, done] of ready) done()
        return
      }
      default:
        reply satisfies never
    }
  }
}
