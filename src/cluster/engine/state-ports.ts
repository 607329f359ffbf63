import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { PollerNumber } from '../../resource/poller-number.ts'
import type { ResourceId } from '../../resource/resource.ts'
import { JoinedStates, splitStates } from '../../state/state-records.ts'
import type { StatusMessage } from '../../threads/protocol.ts'

/** Takes the result of a poll of this machine. */
export type StateListener = (id: ResourceId, generation: number, rest: Uint8Array) => void

/**
 * The way of States in a cluster: from the pollers of this machine, and, when the engine has accepted them or has those of other machines,
 * to its monitor, which listens as if they came from its pollers.
 */
export class StatePorts {
  readonly #listener: StateListener
  readonly #from = new Map<PollerNumber, MessagePort>()
  readonly #to = new Map<PollerNumber, MessagePort>()
  readonly #shown = new JoinedStates()

  constructor(listener: StateListener) {
    this.#listener = listener
  }

  /** Receives from a poller. It replaces an earlier one of that number. */
  listen(poller: PollerNumber, from: MessagePort): void {
    const before = this.#from.get(poller)
    if (before !== undefined) {
      this.#drain(poller, before)
      before.close()
    }
    this.#from.set(poller, from)
    from.on('message', (message: StatusMessage) => this.#handle(poller, message))
    // The monitor waits at its end for these to close.
    from.once('close', () => {
      if (this.#from.get(poller) === from) this.#from.delete(poller)
    })
  }

  /** A monitor listens on this port. Returns whether it is the one that States go to. */
  show(poller: PollerNumber, to: MessagePort): boolean {
    this.#to.get(poller)?.close()
    this.#to.set(poller, to)
    return to === this.#first
  }

  /** Sends the monitor a message. Without one it is dropped. */
  send(message: StatusMessage, transfer: ArrayBuffer[]): void {
    this.#first?.postMessage(message, transfer)
  }

  /** Takes in everything that has come from the pollers. */
  drain(): void {
    for (const [poller, port] of this.#from) this.#drain(poller, port)
  }

  /** Adds a State for the monitor; `flush` sends it. */
  add(id: ResourceId, generation: number, rest: Uint8Array): void {
    this.#shown.add(id, generation, rest)
  }

  /** Sends the monitor what was added. */
  flush(): void {
    if (this.#first === undefined || this.#shown.length === 0) return
    const batch = this.#shown.take()
    this.send({ type: 'states', batch }, [batch])
  }

  /** Nothing more comes for the monitor. */
  close(): void {
    this.flush()
    for (const port of [...this.#to.values(), ...this.#from.values()]) port.close()
  }

  get #first(): MessagePort | undefined {
    return this.#to.values().next().value
  }

  #drain(poller: PollerNumber, port: MessagePort): void {
    for (let left = receiveMessageOnPort(port); left !== undefined; left = receiveMessageOnPort(port))
      this.#handle(poller, left.message as StatusMessage)
  }

  #handle(poller: PollerNumber, message: StatusMessage): void {
    switch (message.type) {
      case 'states':
        splitStates(message.batch, this.#listener)
        break
      case 'zones':
        break // Pollers know of none.
      case 'cpu':
        this.#to.get(poller)?.postMessage(message)
        break
      default:
        message satisfies never
    }
  }
}
