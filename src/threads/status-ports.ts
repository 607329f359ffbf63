import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { StatusMessage } from './protocol.ts'
import type { PollerNumber } from '../resource/poller-number.ts'

/** At the end the pollers have closed their ports; one that has not will not when twice this long nothing came, in ms. */
const QUIET_CHECK_MS = 100

/** The monitor's ends of `status`: one for each poller, that of its latest life. */
export class StatusPorts {
  readonly #onMessage: (poller: PollerNumber, message: StatusMessage) => void
  /** How many messages were taken in. */
  #received = 0
  readonly #ports = new Map<PollerNumber, { readonly port: MessagePort; readonly closed: Promise<void> }>()

  constructor(onMessage: (poller: PollerNumber, message: StatusMessage) => void) {
    this.#onMessage = (poller, message) => {
      this.#received++
      onMessage(poller, message)
    }
  }

  /** Listens to a poller, and no more to the one that had its number before: what that has sent is taken in, nothing after. */
  listen(poller: PollerNumber, port: MessagePort): void {
    const last = this.#ports.get(poller)?.port
    if (last !== undefined) {
      for (let left = receiveMessageOnPort(last); left !== undefined; left = receiveMessageOnPort(last))
        this.#onMessage(poller, left.message as StatusMessage)
      last.close()
    }
    port.on('message', (message: StatusMessage) => this.#onMessage(poller, message))
    const closed = new Promise<void>((resolve) => port.once('close', resolve))
    this.#ports.set(poller, { port, closed })
  }

  /** Resolves when all that pollers have sent is in. */
  async drained(): Promise<void> {
    const all = Promise.all([...this.#ports.values()].map(({ closed }) => closed))
    await new Promise<void>((resolve) => {
      // A poller that hangs where it can't be ended keeps its port open.
      let [quiet, before] = [0, this.#received]
      const timer = setInterval(() => {
        quiet = this.#received === before ? quiet + 1 : 0
        before = this.#received
        if (quiet === 2) end()
      }, QUIET_CHECK_MS)
      const end = () => {
        clearInterval(timer)
        resolve()
      }
      void all.then(end)
    })
  }
}
