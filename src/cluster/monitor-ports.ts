import { MessageChannel } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { PollerNumber } from '../resource/poller-number.ts'
import type { ClusterMessage } from './engine/messages.ts'

/** The way of States of pollers to the monitor, through the cluster thread. */
export class MonitorPorts {
  readonly #post: (message: ClusterMessage, transfer: MessagePort[]) => void
  readonly #pollers = new Set<PollerNumber>()

  constructor(post: (message: ClusterMessage, transfer: MessagePort[]) => void) {
    this.#post = post
  }

  /** The port on which the monitor gets what it shows of a poller, whose States come on `status`. */
  of(poller: PollerNumber, status: MessagePort): MessagePort {
    const { port1, port2 } = new MessageChannel()
    this.#pollers.add(poller)
    this.#post({ type: 'poller', poller, from: status, to: port2 }, [status, port2])
    return port1
  }

  /** The ports for a new monitor. */
  renewed(): [poller: PollerNumber, status: MessagePort][] {
    return [...this.#pollers].map((poller) => {
      const { port1, port2 } = new MessageChannel()
      this.#post({ type: 'monitor', poller, to: port2 }, [port2])
      return [poller, port1]
    })
  }
}
