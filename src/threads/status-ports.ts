import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { StatusMessage } from './protocol.ts'

/** At the end the pollers have closed their ports; one that has not will not when twice this long nothing came, in ms. */
const QUIET_MS = 100

/** The monitor's ends of `status`: one for each poller, that of its latest life. */
export class StatusPorts {
  readonly #take: (poller: number, message: StatusMessage) => void
  /** How many messages were taken in. */
  #taken = 0
  readonly #ports = new Map<number, { readonly port: MessagePort; readonly closed: Promise<void> }>()

  constructor(take: (poller: number, message: StatusMessage) => void) {
    this.#take = (poller, message) => {
      this.#taken++
      take(poller, message)
    }
  }

  /** Listens to a poller, and no more to the one that had its number before: what that has sent is taken in, nothing after. */
  listen(poller: number, port: MessagePort): void {
    const last = this.#ports.get(poller)?.port
    if (last !== undefined) {
      for (let left = receiveMessageOnPort(last); left !== undefined; left = receiveMessageOnPort(last))
        this.#take(poller, left.message as StatusMessage)
      last.close()
    }
    port.on('message', (message: StatusMessage) => this.#take(poller, message))
    const closed = new Promise<void>((resolve) => port.once('close', resolve))
    this.#ports.set(poller, { port, closed })
  }

  /** Resolves when all that pollers have sent is in. */
  async drained(): Promise<void> {
    const all = Promise.all([...this.#ports.values()].map(({ closed }) => closed))
    await new Promise<void>((resolve) => {
      // A poller that hangs where it can't be ended keeps its port open.
      let [quiet, before] = [0, this.#taken]
      const timer = setInterval(() => {
        quiet = this.#taken === before ? quiet + 1 : 0
        before = this.#taken
        if (quiet === 2) end()
      }, QUIET_MS)
      const end = () => {
        clearInterval(timer)
        resolve()
      }
      void all.then(end)
    })
  }
}
