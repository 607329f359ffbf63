import { expose, transfer, wrap } from 'comlink'
import type { Endpoint } from 'comlink'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MessagePort } from 'node:worker_threads'
import type { Transferable } from 'node:worker_threads'

// Both ends of a port on which each message has one reply. The only file that imports comlink. comlink's own adapter for Node has no
// types under nodenext and leaves ports open.

interface Receiver {
  receive(message: object): unknown
}

/** Returns the reply to a message, or resolves with it. */
type Receive = (message: never) => object | null | void | Promise<object | null | void>

/** Returns what sends a message over a port and resolves with its reply. It never settles once the other thread has ended. */
export function sendRequests(port: MessagePort): (message: object) => Promise<unknown> {
  const remote = wrap<Receiver>(endpoint(port))
  return (message) => remote.receive(transfer(message, transferables(message)))
}

/** Replies to each message from the other end of a port with what `receive`, which knows its type, returns or resolves with. */
export function answerRequests(port: MessagePort, receive: Receive): void {
  const reply = async (message: object) => {
    const value = await receive(message as never)
    return value === undefined || value === null ? value : transfer(value, transferables(value))
  }
  expose({ receive: reply } satisfies Receiver, endpoint(port))
}

/**
 * As `answerRequests`, for answers that take time. Before each reply the thread looks at its timers and other ports. Node takes from one port up
 * to 1,000 messages in a row, also those that come meanwhile: where both threads share a core, the next question is there before the reply is
 * over, so that the thread would do nothing else as long as it is asked.
 */
export function answerInTurns(port: MessagePort, receive: Receive): void {
  answerRequests(port, async (message) => {
    const value = await receive(message)
    await nextTurn()
    return value
  })
}

/** The buffers and ports of a message. They move to the other thread with it. */
function transferables(message: object): Transferable[] {
  return Object.values(message).filter(
    (value: unknown): value is Transferable => value instanceof ArrayBuffer || value instanceof MessagePort,
  )
}

/**
 * Listens with `on` as Node does. A listener added with `addEventListener` gets a MessageEvent, for which Node loads its own copy of
 * undici: 20 to 30 ms in each thread.
 */
function endpoint(port: MessagePort): Endpoint {
  const wrapped = new Map<unknown, (data: unknown) => void>()
  return {
    postMessage: (message: unknown, list: Transferable[] = []) => port.postMessage(message, list),
    addEventListener(type, listener) {
      const onData = (data: unknown) => (listener as (event: unknown) => void)({ data })
      wrapped.set(listener, onData)
      port.on(type as 'message', onData)
    },
    removeEventListener(type, listener) {
      const onData = wrapped.get(listener)
      if (onData !== undefined) port.off(type as 'message', onData)
      wrapped.delete(listener)
    },
    start: () => port.start(),
  }
}
