import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { FeedMessage, FeedReply } from './recorder-protocol.ts'

/** What is recorded, as messages of the monitor use it. */
interface MessageTarget {
  receive(batch: ArrayBuffer, shown: ArrayBuffer | null): void
  loseVerdicts(ids: Uint32Array, at: number): void
  register(urls: ArrayBuffer): void
  unregister(ids: ArrayBuffer): void
}

/** The recorder's end of the port to the monitor. There is one at a time. */
export class FeedHandler {
  readonly #target: MessageTarget
  #port: MessagePort | null = null
  #taken = 0

  constructor(target: MessageTarget) {
    this.#target = target
  }

  /** Records what comes on this port. What has come on the one before is taken in first, later messages never. */
  listen(port: MessagePort): void {
    this.drain()
    this.#port?.close()
    this.#port = port
    this.#taken = 0
    port.on('message', (message: FeedMessage) => this.#handle(message))
  }

  /** Takes in everything that has come. */
  drain(): void {
    if (this.#port === null) return
    for (
      let left = receiveMessageOnPort(this.#port);
      left !== undefined;
      left = receiveMessageOnPort(this.#port)
    )
      this.#handle(left.message as FeedMessage)
  }

  /** Tells the monitor how the history is. */
  sendStatus(status: Extract<FeedReply, { type: 'status' }>): void {
    this.#port?.postMessage(status)
  }

  #handle(message: FeedMessage): void {
    switch (message.type) {
      case 'states':
        this.#target.receive(message.batch, message.shown)
        this.#take()
        break
      case 'verdictsLost':
        this.#target.loseVerdicts(message.ids, message.at)
        break
      case 'register':
        this.#target.register(message.urls)
        break
      case 'unregister':
        this.#target.unregister(message.ids)
        break
      default:
        message satisfies never
    }
  }

  /** One reply for all that came in one turn of the event loop. */
  #take(): void {
    if (this.#taken++ > 0) return
    const port = this.#port
    setImmediate(() => {
      if (port !== this.#port) return
      port?.postMessage({ type: 'taken', batches: this.#taken } satisfies FeedReply)
      this.#taken = 0
    })
  }
}
