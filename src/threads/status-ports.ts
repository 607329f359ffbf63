import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { PollerNumber } from '../resource/poller-number.ts'
import type { StatusMessage } from './protocol.ts'

/** When no message has come for this long, in ms, `drained` waits no longer for ports to close. An exit has little more time. */
export const QUIET_MS = 100

/** It checks so often in that time. */
const QUIET_CHECKS = 2

/** The monitor's ends of `status`, one for each poller. */
export class StatusPorts {
  readonly #onMessage: (poller: PollerNumber, message: StatusMessage) => void
  #received = 0
  readonly #ports = new Map<PollerNumber, { readonly port: MessagePort; readonly closed: Promise<void> }>()

  constructor(onMessage: (poller: PollerNumber, message: StatusMessage) => void) {
    this.#onMessage = (poller, message) => {
      this.#received++
      onMessage(poller, message)
    }
  }

  /** Receives from a poller on `port`. Messages that have arrived on the port of an earlier poller of that number are taken in first, later ones never. */
  listen(poller: PollerNumber, port: MessagePort): void {
    const previous = this.#ports.get(poller)?.port
    if (previous !== undefined) {
      for (
        let left = receiveMessageOnPort(previous);
        left !== undefined;
        left = receiveMessageOnPort(previous)
      )
        this.#onMessage(poller, left.message as StatusMessage)
      previous.close()
    }
    port.on('message', (message: StatusMessage) => this.#onMessage(poller, message))
    const closed = new Promise<void>((resolve) => port.once('close', resolve))
    this.#ports.set(poller, { port, closed })
  }

  /** Resolves when all that the pollers have sent is in: when they have closed their ports, or nothing has come for a while. */
  async drained(): Promise<void> {
    const allClosed = Promise.all([...this.#ports.values()].map(({ closed }) => closed))
    await new Promise<void>((resolve) => {
      // A poller that hangs in a system call can't be ended and keeps its port open.
      let [quiet, before] = [0, this.#received]
      const timer = setInterval(() => {
        quiet = this.#received === before ? quiet + 1 : 0
        before = this.#received
        if (quiet === QUIET_CHECKS) end()
      }, QUIET_MS / QUIET_CHECKS)
      const end = () => {
        clearInterval(timer)
        resolve()
      }
      void allClosed.then(end)
    })
  }
}
