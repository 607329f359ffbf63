import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { FeedMessage, FeedReply } from './recorder-protocol.ts'

/** What messages of the monitor act on. */
interface FeedTarget {
  receive(batch: ArrayBuffer, shown: ArrayBuffer | null): void
  loseVerdicts(ids: Uint32Array, at: number): void
  register(urls: ArrayBuffer): void
  unregister(ids: ArrayBuffer): void
}

/** The end of the recorder, or of the alerter, of the port to the monitor. There is one at a time. `Status`: what it tells the monitor of itself. */
export class FeedHandler<Status> {
  readonly #target: FeedTarget
  /** Null: there is no monitor. */
  #port: MessagePort | null = null
  #taken = 0

  constructor(target: FeedTarget) {
    this.#target = target
  }

  /** Takes in what comes on this port. What has come on the one before is taken in first, later messages never. */
  listen(port: MessagePort): void {
    this.drain()
    this.#port?.close()
    this.#port = port
    this.#taken = 0
    port.once('close', () => {
      if (this.#port === port) this.#port = null
    })
    port.on('message', (message: FeedMessage) => this.#handle(message))
  }

  /** Whether there is a monitor. */
  get isConnected(): boolean {
    return this.#port !== null
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

  /** Tells the monitor how things are, after what has been taken in. */
  sendStatus(status: Status): void {
    this.#reportTaken()
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
      if (port === this.#port) this.#reportTaken()
    })
  }

  #reportTaken(): void {
    if (this.#taken === 0) return
    this.#port?.postMessage({ type: 'taken', batches: this.#taken } satisfies FeedReply<Status>)
    this.#taken = 0
  }
}
